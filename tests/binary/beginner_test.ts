/**
 * What somebody meets who starts the program where it cannot simply run: in an empty directory, as another user, with a
 * configuration that is none. The first line says what to do, and the status is right.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { asNobody, type Ended, launch, runToEnd } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { ASTERISM_CONF, stage } from "../support/stage.ts";

const ignore = asNobody("true", []) === undefined || isThere("/etc/asterism") ||
  isThere("/var/run/asterism/asterism.ctl");

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A start: its arguments, its status, and the first line that it writes, errors before the rest. */
interface Row {
  readonly args: readonly string[];
  readonly status: number;
  readonly says: string;
}

const NO_FILE = "asterism: 'absent.conf' invalid or missing: there is no file {{empty}}/absent.conf";
const NO_SOCKET = "Unable to connect to remote asterism (does /var/run/asterism/asterism.ctl exist?)";
const DENIED = "asterism: Cannot read {{dir}}/closed.conf: permission denied; run this as a user who may read it";
const CANNOT_TELL =
  "asterism: Cannot tell whether Asterism runs on {{dir}}/asterism.ctl: permission denied; run this " +
  "as its user, or name another configuration with -C";

/** All as another user than the one whose files these are, in an empty directory, with nothing to read and no terminal. */
const TABLE: Readonly<Record<string, Row>> = {
  "a command, without any configuration": { args: ["-x", "core ping"], status: 0, says: "Pong" },
  "a console of one that does not run": { args: ["-r"], status: 1, says: NO_SOCKET },
  "a command for one that does not run": { args: ["-rx", "core ping"], status: 1, says: NO_SOCKET },
  "a check, without any configuration": { args: ["check"], status: 0, says: "{{any}}: 0 errors, 0 warnings" },
  "a configuration that is not there": { args: ["-C", "absent.conf"], status: 1, says: NO_FILE },
  "a check of one that is not there": { args: ["check", "-C", "absent.conf"], status: 1, says: NO_FILE },
  "a trial with one that is not there": {
    args: ["learn", "res_x", "-C", "absent.conf"],
    status: 1,
    says: NO_FILE.replace("asterism:", "asterism: learn:"),
  },
  "a trial of a module that is not there": {
    args: ["learn", "res_x"],
    status: 1,
    says: 'asterism: learn: There is no module "res_x" in the program and /usr/lib/asterism/modules',
  },
  "a trial that needs a word": {
    args: ["learn", "res_http", "--for", "1"],
    status: 1,
    says: "{{any}}\nasterism: learn: --yes is missing: there is no terminal to ask on for {{any}}",
  },
  "a wrong key": {
    args: ["-C", "{{dir}}/wrong.conf"],
    status: 1,
    says: 'asterism: {{dir}}/wrong.conf:2:1: unknown key "verbos": {{any}}did you mean "verbose"{{any}}',
  },
  "a configuration of another user": { args: ["-C", "{{dir}}/closed.conf"], status: 1, says: DENIED },
  "one of another user that runs": { args: ["-C", "{{dir}}/asterism.conf"], status: 1, says: CANNOT_TELL },
  "a command for one of another user": {
    args: ["-C", "{{dir}}/asterism.conf", "-x", "core ping"],
    status: 1,
    says: CANNOT_TELL,
  },
  "a console of one of another user": {
    args: ["-C", "{{dir}}/asterism.conf", "-r"],
    status: 1,
    says: "Unable to connect to remote asterism on {{dir}}/asterism.ctl: permission denied; run this as its user",
  },
  "a word that is none": { args: ["chekc"], status: 1, says: 'asterism: unknown argument "chekc"{{any}}' },
  "help": { args: ["help"], status: 0, says: "Usage: asterism [OPTIONS]" },
  "help for a word": { args: ["help", "check"], status: 0, says: "Usage: asterism check [--json] [-C FILE]" },
  "help behind a word": { args: ["learn", "-h"], status: 0, says: "Usage: asterism learn MODULE {{any}}" },
  "help for no word": {
    args: ["help", "chekc"],
    status: 1,
    says: 'asterism: help: "chekc" is none of check, new, learn, completions, help; asterism -h lists the options',
  },
  "an option that a word has not": {
    args: ["check", "-v"],
    status: 1,
    says: 'asterism: check: unknown option "-v"',
  },
};

Deno.test({ name: "asterism says in its first line what to do where it cannot simply run", ignore }, async (test) => {
  await using staged = await stage({
    files: {
      "asterism.conf": ASTERISM_CONF,
      "modules.conf": "[modules]\n",
      "closed.conf": ASTERISM_CONF,
      "wrong.conf": "[options]\nverbos = 3\n",
      "empty/.keep": "",
    },
  });
  const { directory } = staged;
  const empty = `${directory}/empty`;
  await Deno.chmod(directory, 0o755);
  await Deno.chmod(`${directory}/closed.conf`, 0o600);
  const program = launch("binary", empty);
  await using server = Session.start({ ...program, args: ["-C", "asterism.conf"] }, { cwd: directory });
  await server.waitFor(/Asterism Ready\.\n/);
  const fill = (text: string) => text.replaceAll("{{dir}}", directory).replaceAll("{{empty}}", empty);
  for (const [what, { args, status, says }] of Object.entries(TABLE)) {
    await test.step(what, async () => {
      const ended = await runToEnd(
        { ...program, ...asNobody(program.command, args.map(fill)) },
        { cwd: empty, deadlineMs: 20_000 },
      );
      const pattern = fill(says).split("{{any}}").map(RegExp.escape).join("[^]*?");
      assertMatch(ended.stderr + ended.stdout, new RegExp(`^${pattern}(?:\\n|$)`), describe(ended));
      assertEquals(ended.code, status, describe(ended));
    });
  }
});

function describe({ code, stdout, stderr }: Ended): string {
  return `status ${code}\nstdout:\n${stdout}\nstderr:\n${stderr}`;
}

Deno.test(
  { name: "asterism says at its first start which configuration it uses and where it listens", ignore },
  async () => {
    await using staged = await stage({ files: {} });
    const { directory: cwd } = staged;
    await Deno.chmod(cwd, 0o755);
    const program = launch("binary", cwd);
    await using session = Session.start({ ...program, ...asNobody(program.command, []) }, { cwd });
    await session.waitFor(/Asterism Ready\.\n/);
    session.signal("SIGINT");
    assertEquals(await session.ended(), 0);
    const [first = ""] = session.written.stdout.split("\n");
    assertMatch(
      first,
      /There is no \/etc\/asterism\/asterism\.conf: the configuration embedded .* -C FILE or ASTERISM_CONF/,
    );
    // Where another program has the port, that is said instead.
    const all = session.written.stdout + session.written.stderr;
    assertMatch(all, /res_http: .*(?:HTTP server bound to |Cannot listen on )127\.0\.0\.1:8088/);
  },
);

Deno.test("asterism names the console of the one that runs with the same configuration", async () => {
  await using staged = await stage({ files: { "a b.conf": ASTERISM_CONF, "modules.conf": "[modules]\n" } });
  const { directory: cwd } = staged;
  const program = launch("binary", cwd);
  await using server = Session.start({ ...program, args: ["-C", "a b.conf"] }, { cwd });
  await server.waitFor(/Asterism Ready\.\n/);
  const second = await runToEnd({ ...program, args: ["-C", "a b.conf"] }, { cwd, deadlineMs: 20_000 });
  assertEquals([second.code, second.stderr], [
    1,
    `Asterism already running on ${cwd}/asterism.ctl.  Use 'asterism -r -C 'a b.conf'' to connect.\n`,
  ]);
});
