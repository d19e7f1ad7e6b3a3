import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module res_sample_module",
  load: () => LoadResult.SUCCESS,
});
