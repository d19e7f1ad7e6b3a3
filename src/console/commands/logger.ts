import type { ConsoleCommand } from "../../registry/mod.ts";

/** `logger mute`, of the console it is typed on. */
export function loggerCommands(): ConsoleCommand[] {
  return [{
    command: "logger mute",
    summary: "Toggle logging output to a console",
    usage: "logger mute\n" +
      "       Disables logging output to the current console, making it possible to\n" +
      "       gather information without being disturbed by scrolling lines.",
    run({ args, session, print }) {
      const silent = args.length === 1 && args[0]?.toLowerCase() === "silent";
      if (args.length > 0 && !silent) return "usage";
      session.muted = !session.muted;
      if (!silent) print(session.muted ? "Console is muted.\n" : "Console is not muted anymore.\n");
      return "success";
    },
    complete: ({ args }) => args.length === 0 ? ["silent"] : [],
  }];
}
