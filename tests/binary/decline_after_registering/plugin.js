import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  async load(host) {
    await host.application("Late", () => {});
    await host.command({ command: "late show", summary: "Late", handler: () => "still here" });
    return LoadResult.DECLINE;
  },
});
