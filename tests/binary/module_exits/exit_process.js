import { defineModule } from "asterism";
import process from "node:process";

export default defineModule({
  license: "MIT",
  description: "Module exit_process",
  load() {
    process.exit(7);
  },
});
