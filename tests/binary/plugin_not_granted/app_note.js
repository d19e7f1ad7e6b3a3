import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module app_note",
  load(host) {
    host.application("Note", async (call, file) => {
      await call.print((await Deno.readTextFile(`${host.directories.astdatadir}/${file}`)).trim());
    });
    return LoadResult.SUCCESS;
  },
});
