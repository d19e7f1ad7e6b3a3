globalThis.onmessage = async ({ data }) => {
  const modules = await Promise.all(data.map((url) => import(url)));
  const results = await Promise.all(modules.map((module) => module.default.load()));
  globalThis.postMessage(results.filter((result) => result === 0).length);
};
