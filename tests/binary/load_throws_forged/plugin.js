import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load() {
    throw new Error("line one\n[Jan  1 00:00:00] ERROR[1]: core: forged \x1b[31mred");
  },
});
