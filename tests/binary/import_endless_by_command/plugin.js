import { defineModule, LoadResult } from "asterism";

for (;;);

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load: () => LoadResult.SUCCESS,
});
