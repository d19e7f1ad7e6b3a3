import { defineModule, LoadResult } from "asterism";

let count = 0;

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    host.application("Count", (call) => call.print(String(++count)));
    return LoadResult.SUCCESS;
  },
});
