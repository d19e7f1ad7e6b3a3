import { defineModule, LoadResult } from "asterism";

Deno.exit(7);

export default defineModule({
  license: "MIT",
  description: "Module exit_top_level",
  load: () => LoadResult.SUCCESS,
});
