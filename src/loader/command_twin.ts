import { HostError } from "../fault/mod.ts";
import { checkFirstWord, checkPattern, type ConsoleCommand, CORE, type Owner } from "../registry/mod.ts";
import { text } from "./call.ts";
import type { HandleServices, Stub } from "./handle_options.ts";

/**
 * Refuses a command of a module whose words are no command's, or that could be called with words of somebody else's: with
 * the same, with more (a module must not have `module unload x` of the core's `module unload`), or with fewer, which would
 * have whatever is mistyped.
 *
 * @throws {TypeError} when its words are wrong or too many
 * @throws {HostError} with code `module`; the log names the other
 */
export function refuseTwin(
  { registry, refused, displace }: Pick<HandleServices, "registry" | "refused" | "displace">,
  self: Owner,
  command: string,
): void {
  checkPattern(command);
  checkFirstWord(command);
  let twins = registry.commands.twinsOf(self, command);
  let left = twins;
  // A look finds a thousand at most: what was displaced may have hidden others.
  while (twins.length > 0) {
    left = twins.filter((one) => !displace("command", command, one));
    if (left.length > 0) break;
    twins = registry.commands.twinsOf(self, command);
  }
  const twin = left.find(({ owner }) => owner === CORE) ?? left[0];
  if (twin === undefined) return;
  const what = `Cannot register command "${command}"`;
  const whose = `${what}: "${twin.owner.module}" has "${twin.name}" already`;
  if (twin.owner === CORE) throw new HostError("module", whose);
  // Who else is here is the operator's to know.
  refused(whose);
  throw new HostError("module", `${what}: another module has it, or one that begins so, already`);
}

/** What a module says of a command. */
export interface CommandFacts {
  readonly command: string;
  readonly summary: string;
  readonly usage?: string;
  /** The beginning of the line that runs in its place. */
  readonly standsFor?: string;
}

/** A console command of a module that stands for another one: the console runs that. */
export function aliasCommand({ command, summary, usage = command, standsFor }: CommandFacts): ConsoleCommand {
  return {
    command,
    summary: text(summary, 200),
    usage: text(usage, 4096),
    standsFor: text(standsFor, 1000),
    run: () => "failure",
  };
}

/** A console command that runs in a module; who runs it is a user of the module meanwhile. */
export function moduleCommand(
  { command, summary, usage = command }: CommandFacts,
  { run, gate, holdForCall }: Pick<HandleServices, "gate" | "holdForCall"> & { run: Stub },
): ConsoleCommand {
  return {
    command,
    summary: text(summary, 200),
    usage: text(usage, 4096),
    run: async ({ args, print }) => {
      using _user = holdForCall(`command ${command}`);
      const output = text(await gate.run(() => run([...args]), command, { told: true }), 1 << 20);
      if (output !== "") print(output.endsWith("\n") ? output : `${output}\n`);
      return "success" as const;
    },
  };
}
