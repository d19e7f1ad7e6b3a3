import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module broken",
  load: () => LoadResult.SUCCESS,
  reload() {
    throw new Error("no such line");
  },
});
