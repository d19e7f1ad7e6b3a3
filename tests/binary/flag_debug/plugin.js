import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    host.log.debug("loaded");
    return LoadResult.SUCCESS;
  },
  reload(host) {
    host.log.debug("reloaded");
  },
});
