import { HostError } from "../fault/mod.ts";
import { CORE, fixedWords, type Owner, type Registry } from "../registry/mod.ts";

/**
 * Refuses a command of a module whose words another has, or that would take part of a command from the core: more words
 * win on the console, and a module must not have `module unload x` of the core's `module unload`.
 *
 * @throws {HostError} with code `module`, naming the other
 */
export function refuseTwin({ commands }: Registry, self: Owner, command: string): void {
  const words = fixedWords(command);
  const twin = commands.list().find(({ owner, name }) =>
    owner !== self && (fixedWords(name) === words || (owner === CORE && words.startsWith(`${fixedWords(name)} `)))
  );
  if (twin === undefined) return;
  throw new HostError(
    "module",
    `Cannot register command "${command}": "${twin.owner.module}" has "${twin.name}" already`,
  );
}
