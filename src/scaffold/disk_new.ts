import { dirname, join, relative, resolve } from "@std/path";
import { HostError } from "../fault/mod.ts";
import { isModuleName } from "../manifest/mod.ts";
import { moduleFiles, type NewFile, trialCommand } from "./templates.ts";

/** Where a module is made. */
export interface NewModuleOptions {
  /** The directory; made when it is not there. */
  readonly directory: string;
  /** The checkout that builds and tests modules, or undefined for a compiled program. */
  readonly checkout: string | undefined;
}

/**
 * Makes a new module.
 *
 * @param name the module's name, such as `app_note`
 * @returns what was written and what to do next, for people
 * @throws {HostError} with code `config` when the name is none, or one of the module's own files is there already
 */
export function newModule(name: string, { directory, checkout }: NewModuleOptions): string {
  if (!isModuleName(name)) {
    throw new HostError(
      "config",
      `Cannot make module "${name}": a name has letters, digits, _ and - only, without an ending; for instance app_note`,
    );
  }
  const files = [...moduleFiles(name), ...checkoutFile(resolve(directory), checkout)];
  const present = files.filter(({ path, shared }) => !shared && exists(join(directory, path)));
  if (present.length > 0) {
    const names = present.map(({ path }) => join(directory, path)).join(" and ");
    throw new HostError("config", `Cannot make module "${name}": ${names} would be overwritten; choose another name`);
  }
  const written = files.filter((file) => write(directory, file));
  const lines = written.map(({ path }) => `Wrote ${join(directory, path)}`);
  return `${[...lines, "", "Next:", ...nextSteps(name, { directory, checkout })].join("\n")}\n`;
}

/** Outside of the checkout Deno must be told where `asterism` and `asterism/testing` are. */
function checkoutFile(directory: string, checkout: string | undefined): NewFile[] {
  if (checkout === undefined || !relative(checkout, directory).startsWith("..")) return [];
  const config = {
    unstable: ["worker-options"],
    importMap: join(checkout, "imports.json"),
    compilerOptions: { types: [join(checkout, "types/std.d.ts")] },
    lock: false,
  };
  return [{ path: "deno.json", text: `${JSON.stringify(config, null, 2)}\n`, shared: true }];
}

function nextSteps(name: string, { directory, checkout }: NewModuleOptions): string[] {
  const modules = join(directory, "modules");
  const config = join(directory, "etc/asterism.conf");
  const trial = `-C ${config} -x "${trialCommand(name)}"`;
  if (checkout !== undefined) {
    return [`  deno task manifests ${modules}`, `  deno task test-module ${modules}`, `  deno task start ${trial}`];
  }
  return [
    `  deno task manifests ${resolve(modules)}    (in a checkout of Asterism: it builds the module)`,
    `  asterism ${trial}`,
  ];
}

/** Says whether it was written. */
function write(directory: string, { path, text, shared }: NewFile): boolean {
  const whole = join(directory, path);
  if (shared && exists(whole)) return false;
  Deno.mkdirSync(dirname(whole), { recursive: true });
  Deno.writeTextFileSync(whole, text, { createNew: true });
  return true;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
