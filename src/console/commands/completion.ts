import type { ConsoleCommand } from "../../registry/mod.ts";
import type { CoreServices } from "../services.ts";

/** What other programs end an answer with, and look for. */
const END = "_EOF_";

/** `_command matchesarray`, through which consoles of other processes complete words. */
export function completionCommands({ complete }: CoreServices): ConsoleCommand[] {
  if (complete === undefined) return [];
  return [{
    command: "_command matchesarray",
    summary: "Returns command line matches",
    usage: '_command matchesarray "<line>" text \n' +
      "       This function is used internally to help with command completion and should.\n" +
      "       never be called by the user directly.",
    async run({ args, print }) {
      const [line, word, ...more] = args;
      if (line === undefined || word === undefined || more.length > 0) return "usage";
      const { prefix, matches } = await complete(line);
      print(matches.length === 0 ? END : [prefix, ...matches, END].join(" "));
      return "success";
    },
  }];
}
