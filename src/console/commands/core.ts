import type { CommandOutcome, CommandRun, ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices, Lifetime, StopRequest } from "../services.ts";

/** Units of an uptime in seconds, longest first. */
const UNITS = [
  ["year", 365 * 24 * 60 * 60],
  ["week", 7 * 24 * 60 * 60],
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
  ["second", 1],
] as const;

/** `core show version`, `core show uptime`, `core ping`, `core waitfullybooted`, `core stop …`, `core abort shutdown`. */
export function coreCommands({ lifetime, now = Date.now }: CoreServices): ConsoleCommand[] {
  return [
    {
      command: "core show version",
      summary: "Display version info",
      usage: "core show version\n       Shows Asterism version information.",
      run({ args, print }) {
        if (args.length > 0) return "usage";
        print(`Asterism ${lifetime.version} built with ${lifetime.build}\n`);
        return "success";
      },
    },
    {
      command: "core show uptime [seconds]",
      summary: "Show uptime information",
      usage: "core show uptime [seconds]\n" +
        "       Shows Asterism uptime information.\n" +
        "       The seconds word returns the uptime in seconds only.",
      run({ args, print }) {
        if (args.length > 1 || (args.length === 1 && args[0] !== "seconds")) return "usage";
        const format = args.length === 1 ? String : formatDuration;
        const since = (time: number) => format(Math.max(0, Math.floor((now() - time) / 1000)));
        print(`System uptime: ${since(lifetime.startedAt)}\nLast reload: ${since(lifetime.reloadedAt)}\n`);
        return "success";
      },
    },
    ...lifeCommands(lifetime),
    ...stopCommands(lifetime),
  ];
}

/** `2 minutes, 1 second`; nothing that is zero, except when all is. */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.length === 0 ? "0 seconds" : parts.join(", ");
}

function stopCommands(lifetime: Lifetime): ConsoleCommand[] {
  return [
    {
      command: "core stop now",
      summary: "Shut down Asterism immediately",
      usage: "core stop now\n       Shuts down a running Asterism immediately, hanging up all active calls .",
      run: alone(() => lifetime.stop("now")),
    },
    {
      command: "core stop gracefully",
      summary: "Gracefully shut down Asterism",
      usage: "core stop gracefully\n" +
        "       Causes Asterism to not accept new calls, and exit when all\n" +
        "       active calls have terminated normally.",
      run: alone(() => lifetime.stop("gracefully")),
    },
    {
      command: "core stop when convenient",
      summary: "Shut down Asterism at empty call volume",
      usage: "core stop when convenient\n" +
        "       Causes Asterism to perform a shutdown when all active calls have ended.",
      run: alone(() => lifetime.stop("convenient")),
    },
    {
      command: "core abort shutdown",
      summary: "Cancel a running shutdown",
      usage: "core abort shutdown\n" +
        "       Causes Asterism to abort an executing shutdown or restart, and resume normal\n" +
        "       call operations.",
      run: alone((print) => lifetime.abort() || print("There is no shutdown to abort.\n")),
    },
  ];
}

/** `core restart …`, for programs that can start themselves again; `restart` gives the reason when this one cannot. */
export function restartCommands(restart: (how: StopRequest) => string | undefined): ConsoleCommand[] {
  const run = (how: StopRequest) => (typed: CommandRun): CommandOutcome => {
    if (typed.args.length > 0) return "usage";
    const reason = restart(how);
    if (reason === undefined) return "success";
    typed.print(`Cannot restart: ${reason}. Use 'core stop ${how === "convenient" ? "when convenient" : how}'.\n`);
    return "failure";
  };
  return [
    {
      command: "core restart now",
      summary: "Restart Asterism immediately",
      usage: "core restart now\n" +
        "       Causes Asterism to hangup all calls and exec() itself performing a cold\n       restart.",
      run: run("now"),
    },
    {
      command: "core restart gracefully",
      summary: "Restart Asterism gracefully",
      usage: "core restart gracefully\n" +
        "       Causes Asterism to stop accepting new calls and exec() itself performing a cold\n" +
        "       restart when all active calls have ended.",
      run: run("gracefully"),
    },
    {
      command: "core restart when convenient",
      summary: "Restart Asterism at empty call volume",
      usage: "core restart when convenient\n" +
        "       Causes Asterism to perform a cold restart when all active calls have ended.",
      run: run("convenient"),
    },
  ];
}

function lifeCommands({ booted }: Lifetime): ConsoleCommand[] {
  return [
    {
      command: "core ping",
      summary: "Say that Asterism answers",
      usage: "core ping\n       Answers at once, as long as Asterism answers at all.",
      run: alone((print) => print("Pong\n")),
    },
    {
      command: "core waitfullybooted",
      summary: "Wait for Asterism to be fully booted",
      usage: "core waitfullybooted\n       Wait until Asterism has fully booted.",
      async run({ args, print }) {
        if (args.length > 0) return "usage";
        await booted;
        print("Asterism has fully booted.\n");
        return "success";
      },
    },
  ];
}

/** A command without arguments. */
function alone(act: (print: (text: string) => void) => unknown): (run: CommandRun) => "success" | "usage" {
  return ({ args, print }) => {
    if (args.length > 0) return "usage";
    act(print);
    return "success";
  };
}
