import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module exit_close",
  load() {
    self.close();
  },
});
