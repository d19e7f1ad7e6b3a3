import { defineModule } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load() {
    throw Object.defineProperty(new Error("mild"), "message", {
      get() {
        throw new Error("hostile");
      },
    });
  },
});
