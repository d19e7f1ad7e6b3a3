import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load: () => LoadResult.SUCCESS,
  reload() {
    for (;;);
  },
});
