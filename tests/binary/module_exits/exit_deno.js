import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module exit_deno",
  load() {
    Deno.exit(7);
  },
});
