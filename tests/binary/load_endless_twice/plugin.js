import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load() {
    for (;;);
  },
});
