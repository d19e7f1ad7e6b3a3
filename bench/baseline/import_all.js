// The least that any host of these modules must do: one Worker that imports them all and calls one function of each.
const directory = Deno.args[0];
const files = [...Deno.readDirSync(directory)].map(({ name }) => name).filter((name) => name.endsWith(".js"));
const worker = new Worker(new URL("./import_all_worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => {
  console.log(data === files.length ? "imported" : `${data} of ${files.length} succeeded`);
};
worker.postMessage(files.map((name) => `file://${directory}/${name}`));
