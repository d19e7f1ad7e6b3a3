/** Hardening takes away what was not granted, and nothing else: a module keeps the power it was given. */
import { assertEquals } from "@std/assert";
import { runBatch } from "./_run.ts";
import { columnName, columns } from "./_table.ts";
import { PLAIN, type Technique } from "./_technique.ts";

const DENO = `export default async function (report) {
  const { granted } = report.ctx;
  const done = [];
  const text = await Deno.readTextFile(granted + "/file.txt");
  done.push(text === "what was granted" && Deno.readFileSync(granted + "/file.txt").length === text.length && "read");
  await Deno.writeTextFile(granted + "/deno.txt", "a");
  using file = await Deno.open(granted + "/deno.txt", { append: true, read: true });
  await file.write(new TextEncoder().encode("b"));
  done.push(Deno.readTextFileSync(granted + "/deno.txt") === "ab" && "written");
  for await (const { name } of Deno.readDir(granted)) if (name === "file.txt") done.push("listed");
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1" }, async (request) => new Response(await request.text()));
  const answer = await fetch("http://127.0.0.1:" + server.addr.port, { method: "POST", body: "over" });
  done.push(await answer.text() === "over" && "served and fetched");
  await server.shutdown();
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const [there, here] = await Promise.all([Deno.connect(listener.addr), listener.accept()]);
  await there.write(new Uint8Array([7]));
  const bytes = new Uint8Array(1);
  await here.read(bytes);
  done.push(bytes[0] === 7 && "listened and connected");
  for (const one of [there, here, listener]) one.close();
  done.push(Deno.env.get("HOST_CANARY") === "alive" && "environment");
  done.push(new TextDecoder().decode(new Deno.Command("/bin/echo", { args: ["ran"] }).outputSync().stdout).trim());
  done.push(typeof Deno.osRelease() === "string" && "system");
  report("works", done.join(", "));
}`;

const NODE = `import fs from "node:fs";
import { readFile } from "node:fs/promises";
import net from "node:net";
import http from "node:http";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { gzipSync, gunzipSync } from "node:zlib";
export default async function (report) {
  const file = join(report.ctx.granted, "file.txt");
  const done = [];
  done.push(fs.readFileSync(file, "utf8") === await readFile(file, "utf8") && "read");
  fs.writeFileSync(join(report.ctx.granted, "node.txt"), Buffer.from("x"));
  done.push(fs.readdirSync(report.ctx.granted).includes("node.txt") && "written");
  const piped = await new Promise((resolve, reject) => fs.createReadStream(file).on("data", resolve).on("error", reject));
  done.push(String(piped) === "what was granted" && "streamed");
  const server = net.createServer((socket) => socket.pipe(socket));
  await new Promise((resolve, reject) => server.on("error", reject).listen(0, "127.0.0.1", resolve));
  const socket = net.connect(server.address().port, "127.0.0.1");
  socket.write("echo");
  done.push(await new Promise((resolve, reject) => socket.on("data", resolve).on("error", reject)).then(String));
  socket.destroy();
  server.close();
  const web = http.createServer((_, response) => response.end("web"));
  await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
  done.push(await fetch("http://127.0.0.1:" + web.address().port).then((answer) => answer.text()));
  web.close();
  done.push(gunzipSync(gzipSync("zipped")).toString(), createHash("sha256").update("").digest("hex").slice(0, 4));
  report("works", done.join(", "));
}`;

const FILES = ["read = {{granted}}", "write = {{granted}}", "net = 127.0.0.1"];

const technique = (name: string, text: string, grants: readonly string[]): Technique => (
  { ...PLAIN, name, title: name, group: "granted", grants, text }
);

const techniques = [
  technique("with_deno", DENO, [...FILES, "env = HOST_CANARY", "run = /bin/echo", "sys = osRelease"]),
  technique("with_node", NODE, [...FILES, "node = fs, fs/promises, net, http, buffer, path, crypto, zlib"]),
];

const EXPECTED = {
  with_deno: "read, written, listed, served and fetched, listened and connected, environment, ran, system",
  with_node: "read, written, streamed, echo, web, zipped, e3b0",
};

for (const column of columns) {
  Deno.test(`a module keeps the power it was granted: ${columnName(column)}`, async () => {
    const { verdicts, damage } = await runBatch({ ...column, techniques });
    const words = [...verdicts].map(([name, { evidence }]) => [name, evidence.trim()]);
    assertEquals(Object.fromEntries(words), EXPECTED);
    assertEquals(damage, []);
  });
}
