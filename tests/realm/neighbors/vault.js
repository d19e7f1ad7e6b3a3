/** What the secret is given to: it knows of it only as long as it takes to count its characters. */
import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module vault",
  load(host) {
    host.service("vault", {
      keep: (secret) => secret.length,
      ask: async (callback) => (await callback()).length,
    });
    return LoadResult.SUCCESS;
  },
});
