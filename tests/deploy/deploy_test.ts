/** The files for machines: what can be said of them without systemd running or a container engine. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parse } from "../../src/config/mod.ts";
import { parseFlags, parseSettings } from "../../src/settings/mod.ts";
import { writeChecksum } from "../../tools/compile.ts";
import { ROOT, run } from "../../tools/process.ts";

const read = (name: string) => Deno.readTextFileSync(join(ROOT, "deploy", name));

/** `Key=value` lines of the unit, in order. */
const UNIT = [...read("asterism.service").matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(([, key = "", value = ""]) => ({
  key,
  value,
}));

/** Instructions of the Containerfile, continued lines joined. */
const INSTRUCTIONS = [
  ...read("Containerfile").replace(/^#.*\n/gm, "").replaceAll("\\\n", " ").matchAll(/^([A-Z]+) (.*)$/gm),
]
  .map(([, word = "", rest = ""]) => ({ word, rest }));

/** The last value of an instruction. */
function instruction(word: string): string {
  return INSTRUCTIONS.findLast((each) => each.word === word)?.rest ?? "";
}

/** Fails unless the arguments behind the program are a command line that it understands. */
function assertCommand(words: readonly string[]): void {
  assertEquals(words[0], "/usr/bin/asterism");
  const flags = parseFlags(words.slice(1).map((word) => word.replace(/^"|"$/g, "")));
  assert(!("fault" in flags), JSON.stringify(flags));
}

/** The words of a command line; quotes keep blanks. */
const words = (line: string) => line.match(/"[^"]*"|\S+/g) ?? [];

Deno.test("deploy/asterism.conf holds, and the unit makes its directories", () => {
  const { directories } = parseSettings(parse(read("asterism.conf"), { file: "/etc/asterism/asterism.conf" }));
  const value = (key: string) => UNIT.find((line) => line.key === key)?.value;
  assertEquals(directories, {
    ...directories,
    astetcdir: `/etc/${value("ConfigurationDirectory")}`,
    astdatadir: `/var/lib/${value("StateDirectory")}`,
    astrundir: `/run/${value("RuntimeDirectory")}`,
    astlogdir: `/var/log/${value("LogsDirectory")}`,
  });
  for (const directory of Object.values(directories)) {
    assert(instruction("RUN").includes(` ${directory}`), `the Containerfile does not make ${directory}`);
  }
});

Deno.test("deploy/asterism.service starts what the program understands, as nobody in particular", () => {
  const commands = UNIT.filter(({ key }) => key.startsWith("Exec"));
  assertEquals(commands.map(({ key }) => key), ["ExecStartPre", "ExecStart", "ExecReload"]);
  for (const { value } of commands) assertCommand(words(value));
  const settings = Object.fromEntries(UNIT.map(({ key, value }) => [key, value]));
  assertEquals([settings["User"], settings["NoNewPrivileges"], settings["CapabilityBoundingSet"]], [
    "asterism",
    "yes",
    "",
  ]);
  assertEquals([settings["ProtectSystem"], settings["ProtectHome"], settings["UMask"]], ["strict", "yes", "0027"]);
  // V8 would not start.
  assertEquals(settings["MemoryDenyWriteExecute"], undefined);
});

Deno.test("deploy/asterism.service is known to systemd word for word, and little is exposed", async () => {
  const unit = join(ROOT, "deploy/asterism.service");
  const { code, stderr } = await run("systemd-analyze", ["verify", unit]);
  // A machine without systemd cannot say; every other test still holds.
  if (code === 127) return;
  const complaints = stderr.split("\n").filter((line) =>
    line !== "" && !/is not executable|man asterism\(8\)/.test(line)
  );
  assertEquals(complaints, []);
  const { stdout } = await run("systemd-analyze", ["security", "--offline=true", "--no-pager", unit]);
  const exposure = Number(/exposure level for asterism.service: ([\d.]+)/.exec(stdout)?.[1] ?? 10);
  assert(exposure < 2, `exposure ${exposure}\n${stdout}`);
});

Deno.test("deploy/Containerfile runs the program as a user without privileges on a base of known version", async () => {
  const known = [
    "FROM",
    "ARG",
    "RUN",
    "COPY",
    "ENV",
    "USER",
    "WORKDIR",
    "VOLUME",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "ENTRYPOINT",
  ];
  assertEquals(INSTRUCTIONS.map(({ word }) => word).filter((word) => !known.includes(word)), []);
  assertEquals(/^[\w./-]+:\d[\w.-]*$/.test(instruction("FROM")), true, instruction("FROM"));
  const order = INSTRUCTIONS.map(({ word }) => word);
  assert(order.indexOf("USER") < order.indexOf("ENTRYPOINT"));
  const [uid = "0", gid = "0"] = instruction("USER").split(":");
  assert(Number(uid) > 0 && Number(gid) > 0, instruction("USER"));
  assert(instruction("RUN").includes(`--uid ${uid}`) && instruction("RUN").includes(`--gid ${gid}`));
  assertCommand(JSON.parse(instruction("ENTRYPOINT")));
  assertCommand(JSON.parse(instruction("HEALTHCHECK").replace(/^.*? CMD /, "")));
  const { code, stderr } = await run("bash", ["-nc", instruction("RUN")]);
  assertEquals(code, 0, stderr);
  for (const { rest } of INSTRUCTIONS.filter(({ word }) => word === "COPY")) {
    const [source = ""] = rest.split(" ").filter((word) => !word.startsWith("--"));
    if (!source.startsWith("${")) Deno.statSync(join(ROOT, source));
  }
});

Deno.test("writeChecksum() writes what sha256sum -c reads", async () => {
  const directory = await Deno.makeTempDir({ prefix: "asterism-test-" });
  try {
    await Deno.writeTextFile(`${directory}/asterism`, "binary");
    await writeChecksum(`${directory}/asterism`);
    const { code, stdout } = await run("sha256sum", ["-c", "asterism.sha256"], { cwd: directory });
    assertEquals([code, stdout], [0, "asterism: OK\n"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
