import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "Proprietary",
  description: "Module plugin",
  load: () => LoadResult.SUCCESS,
});
