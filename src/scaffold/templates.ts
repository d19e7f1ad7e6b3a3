/** A file to be written. */
export interface NewFile {
  /** Path below the directory that was named. */
  readonly path: string;
  /** Its whole content. */
  readonly text: string;
  /** Left alone when it is there already: modules of one directory share it. */
  readonly shared: boolean;
}

/** What a module is called in the places where its name stands. */
interface Names {
  /** The module: `app_note`. */
  readonly module: string;
  /** What it provides: `application` or `function`. */
  readonly type: "application" | "function";
  /** What that is called: `Note`, `NOTE`. */
  readonly provided: string;
  /** Its configuration file: `note.conf`. */
  readonly config: string;
}

/**
 * The files of a new module: source with its manifest data, test, configuration, and a configuration of the program to
 * run it with. A name that begins with `func_` makes a dialplan function, any other an application.
 */
export function moduleFiles(module: string): NewFile[] {
  const names = namesOf(module);
  const own = (path: string, text: string): NewFile => ({ path, text, shared: false });
  const shared = (path: string, text: string): NewFile => ({ path, text, shared: true });
  return [
    own(`modules/${module}.ts`, sourceText(names)),
    own(`modules/${module}_test.ts`, testText(names)),
    own(`etc/${names.config}`, `; read by ${module} when it loads and reloads\n[general]\ngreeting = Hello\n`),
    shared("etc/asterism.conf", ASTERISM_CONF),
    shared("etc/modules.conf", MODULES_CONF),
  ];
}

/** The console command that shows a new module at work. */
export function trialCommand(module: string): string {
  const { type, provided } = namesOf(module);
  return `dialplan ${type === "function" ? "eval" : "exec"} ${type} ${provided}(world)`;
}

function namesOf(module: string): Names {
  // What begins with a digit is no name that a dialplan takes for an application.
  const rest = /^[a-z]+_([a-z].*)$/i.exec(module)?.[1] ?? module;
  const type = /^func_/i.test(module) ? "function" : "application";
  const word = rest.replace(/[_-]+(.)/g, (_, letter: string) => letter.toUpperCase());
  const provided = type === "function" ? rest.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
  return { module, type, provided, config: `${rest}.conf` };
}

function sourceText({ module, type, provided, config }: Names): string {
  const registration = type === "function"
    ? `host.function("${provided}", { read: (_call, args) => \`\${greeting}, \${args}\` });`
    : `host.application("${provided}", async (call, args) => {
      await call.print(\`\${greeting}, \${args}\`);
    });`;
  return `/*** MODULEINFO
  <support_level>extended</support_level>
  <config>${config}</config>
***/
/*** DOCUMENTATION
  <${type} name="${provided}">
    <synopsis>Greets whoever is named.</synopsis>
  </${type}>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";

let greeting = "";

/** Reads ${config}; without it there is a usual greeting. */
async function configure(host: ModuleHost): Promise<void> {
  const config = await host.config("${config}");
  greeting = config?.section("general")?.get("greeting") ?? "Hello";
}

export default defineModule({
  license: "MIT",
  description: "${module}: what it is for, in a line",
  async load(host) {
    await configure(host);
    ${registration}
    return LoadResult.SUCCESS;
  },
  reload: configure,
});
`;
}

function testText({ module, type, provided, config }: Names): string {
  const ask = type === "function"
    ? `await module.read("${provided}", "world")`
    : `(await module.run("${provided}", "world")).output`;
  const end = type === "function" ? "" : "\\n";
  return `import { assertEquals } from "@std/assert";
import { startModule } from "asterism/testing";

const FILE = new URL("./${module}.js", import.meta.url);

Deno.test("${provided} greets as ${config} says", async () => {
  await using module = await startModule(FILE, { configs: { "${config}": "[general]\\ngreeting = Hi\\n" } });
  assertEquals(${ask}, "Hi, world${end}");
  await module.reload({ "${config}": "" });
  assertEquals(${ask}, "Hello, world${end}");
});
`;
}

const ASTERISM_CONF = `; where things are, from this file's directory
[directories]
astetcdir => .
astmoddir => ../modules
astdatadir => ../data
astrundir => ../run
astlogdir => ../log
`;

const MODULES_CONF = `[modules]
autoload = yes

; what each module may do, for instance: app_note = read=\${astdatadir}/notes
[permissions]
`;
