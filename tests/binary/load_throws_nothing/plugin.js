import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load() {
    // deno-lint-ignore no-throw-literal -- a module may throw anything
    throw null;
  },
});
