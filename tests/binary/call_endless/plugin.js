import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    host.application("Late", () => {
      for (;;);
    });
    return LoadResult.SUCCESS;
  },
});
