import { LoadResult } from "asterism";

export default { description: "Module unlicensed", load: () => LoadResult.SUCCESS };
