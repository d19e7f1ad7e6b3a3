import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module second",
  load() {
    for (;;);
  },
});
