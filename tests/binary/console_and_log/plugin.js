import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    console.log("said to the console");
    host.log.error("said to the log\n[Jan  1 00:00:00] ERROR[1]: core: forged");
    return LoadResult.SUCCESS;
  },
});
