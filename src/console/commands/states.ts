import { stateTable } from "../../loader/mod.ts";
import type { ConsoleCommand } from "../../registry/mod.ts";

const FORMATS = ["text", "mermaid"] as const;

/** `core show states`. */
export function stateCommands(): ConsoleCommand[] {
  return [{
    command: "core show states [mermaid]",
    summary: "Show the states of modules and which may follow which",
    usage: "core show states [text|mermaid]\n" +
      "       Shows the states that a module may be in, the status of each in 'module show',\n" +
      "       and which may follow; as text, or as a diagram that Mermaid draws.",
    run({ args: [format = "text", ...more], print }) {
      const known = FORMATS.find((each) => each === format.toLowerCase());
      if (known === undefined || more.length > 0) return "usage";
      print(stateTable(known));
      return "success";
    },
    complete: ({ args }) => args.length === 0 ? [...FORMATS] : [],
  }];
}
