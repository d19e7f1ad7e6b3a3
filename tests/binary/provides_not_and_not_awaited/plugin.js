import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    host.application("Undeclared", () => {});
    return LoadResult.SUCCESS;
  },
});
