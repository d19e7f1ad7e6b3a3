import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  async load(host) {
    await host.application("Undeclared", () => {});
    return LoadResult.SUCCESS;
  },
});
