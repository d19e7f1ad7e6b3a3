import type { ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices } from "../services.ts";

/** Units of an uptime in seconds, longest first. */
const UNITS = [
  ["year", 365 * 24 * 60 * 60],
  ["week", 7 * 24 * 60 * 60],
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
  ["second", 1],
] as const;

/** `core show version`, `core show uptime`, `core stop now` and `core stop gracefully`. */
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

function stopCommands(lifetime: CoreServices["lifetime"]): ConsoleCommand[] {
  return [
    {
      command: "core stop now",
      summary: "Shut down Asterism immediately",
      usage: "core stop now\n       Shuts down a running Asterism immediately, hanging up all active calls .",
      run: ({ args }) => stop("now", args),
    },
    {
      command: "core stop gracefully",
      summary: "Gracefully shut down Asterism",
      usage: "core stop gracefully\n" +
        "       Causes Asterism to not accept new calls, and exit when all\n" +
        "       active calls have terminated normally.",
      run: ({ args }) => stop("gracefully", args),
    },
  ];

  function stop(how: "now" | "gracefully", args: readonly string[]): "success" | "usage" {
    if (args.length > 0) return "usage";
    lifetime.stop(how);
    return "success";
  }
}
