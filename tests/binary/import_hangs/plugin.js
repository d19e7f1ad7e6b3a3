import { defineModule, LoadResult } from "asterism";

await new Promise(() => {});

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load: () => LoadResult.SUCCESS,
});
