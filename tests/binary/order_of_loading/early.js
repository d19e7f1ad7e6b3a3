import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module early",
  load: () => LoadResult.SUCCESS,
});
