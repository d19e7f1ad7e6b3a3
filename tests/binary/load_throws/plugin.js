import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load() {
    throw new Error("the line is busy");
  },
});
