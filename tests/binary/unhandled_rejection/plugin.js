import { defineModule, LoadResult } from "asterism";

export default defineModule({
  license: "MIT",
  description: "Module plugin",
  load(host) {
    host.application("Late", () => {
      const { promise, resolve } = Promise.withResolvers();
      Promise.reject(new RangeError("nobody awaits this"));
      setTimeout(resolve, 20);
      return promise;
    });
    return LoadResult.SUCCESS;
  },
});
