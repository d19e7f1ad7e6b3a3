import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    host.application("Late", () => {
      throw new Error("out of order");
    });
    return LoadResult.SUCCESS;
  },
});
