/** A host on the sample configuration, on ports of its own, for what documents show of its console. */
import { assertEquals } from "@std/assert";
import { createHost, type Host } from "../../mod.ts";
import { ROOT } from "../../tools/process.ts";

/** A host and where its ports are. */
export interface SampleHost extends AsyncDisposable {
  /** Booted. */
  readonly host: Host;
  /** Documents name the usual ports; here are those that stand for them. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Ports that documents and samples name. */
const USUAL_PORTS = ["8088", "5038"];

/**
 * Starts a host on a copy of `configs/`, some files of which are replaced.
 *
 * @param files whole texts by name
 */
export async function startSampleHost(files: Readonly<Record<string, string>> = {}): Promise<SampleHost> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-docs-" }));
  const ports = Object.fromEntries(USUAL_PORTS.map((port) => [port, freePort()]));
  await Deno.mkdir(`${directory}/etc`);
  for (const { name, isFile } of Deno.readDirSync(`${ROOT}configs`)) {
    if (!isFile) continue;
    let text = files[name] ?? Deno.readTextFileSync(`${ROOT}configs/${name}`);
    for (const [usual, port] of Object.entries(ports)) text = text.replaceAll(usual, String(port));
    if (name === "asterism.conf") text = text.replace(/^astmoddir.*$/m, `astmoddir => ${ROOT}modules`);
    await Deno.writeTextFile(`${directory}/etc/${name}`, text);
  }
  const host = await createHost({ config: `${directory}/etc/asterism.conf` });
  assertEquals((await host.boot()).status, 0);
  return {
    host,
    ports,
    async [Symbol.asyncDispose]() {
      await host.stop("gracefully");
      await Deno.remove(directory, { recursive: true });
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
