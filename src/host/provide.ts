import type { ApplicationHandler, CommandRegistration, FunctionHandlers, ServiceMethods } from "../module_api/mod.ts";
import { CORE, type Registry } from "../registry/mod.ts";

/** What a program gives to its modules, by what it is called: the type of the value for each. */
export interface Provided {
  /** `application=Name`. */
  readonly application: ApplicationHandler;
  /** `function=NAME`. */
  readonly function: FunctionHandlers;
  /** `service=name` or `service=name:priority`. */
  readonly service: ServiceMethods;
  /** `command=words of it`. */
  readonly command: Omit<CommandRegistration, "command">;
}

const WHAT_REGEXP = /^(application|function|service|command)=(.+)$/;

/**
 * Takes `type=name` apart.
 *
 * @throws {TypeError} when the text is not of that form
 */
export function parseWhat(what: string): { type: keyof Provided; name: string } {
  const [, type, name] = WHAT_REGEXP.exec(what) ?? [];
  if (type === undefined || name === undefined) {
    throw new TypeError(`Cannot read "${what}": expected application=, function=, service= or command= and a name`);
  }
  return { type: type as keyof Provided, name };
}

/**
 * Registers something of the program itself. It needs no module, counts as running and stays until it is disposed.
 *
 * @throws {TypeError} when `what` is not of the form `type=name`
 */
export function provide(registry: Registry, what: string, value: Provided[keyof Provided]): Disposable {
  const { type, name } = parseWhat(what);
  if (type === "command") return provideCommand(registry, name, value as Provided["command"]);
  const [, base = name, priority = "0"] = type === "service" ? /^(.+):(\d{1,9})$/.exec(name) ?? [] : [];
  return registry.tables()[type].add({ name: base, owner: CORE, value, priority: Number(priority) });
}

function provideCommand(registry: Registry, command: string, value: Provided["command"]): Disposable {
  const { summary, usage = command, handler } = value;
  return registry.commands.add({
    name: command,
    owner: CORE,
    priority: 0,
    value: {
      command,
      summary,
      usage,
      async run({ args, print }) {
        const output = await handler(args);
        if (output !== "") print(output.endsWith("\n") ? output : `${output}\n`);
        return "success" as const;
      },
    },
  });
}
