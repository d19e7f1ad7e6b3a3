import { FLAG_TABLE, type FlagRow, type Subcommand, SUBCOMMANDS } from "../settings/mod.ts";

/** Shells that completion is made for. */
const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh };

/**
 * The completion of the command line for a shell, made from the flags.
 *
 * @param args what follows `completions` on the command line: one shell
 * @throws {Error} for anything but one of the shells
 */
export function completionScript(args: readonly string[]): string {
  const [shell = "", ...more] = args;
  const make = Object.hasOwn(SHELLS, shell) && more.length === 0 ? SHELLS[shell] : undefined;
  if (make === undefined) {
    throw new Error(
      `Cannot make completions for "${args.join(" ")}": expected one of ${Object.keys(SHELLS).join(", ")}`,
    );
  }
  return make();
}

function bash(): string {
  const flags = FLAG_TABLE.map(({ letter }) => `-${letter}`).join(" ");
  const files = FLAG_TABLE.filter(isFile).map(({ letter }) => `-*${letter}`).join("|");
  const words = Object.entries(SUBCOMMANDS).map(([name, { offers }]) => {
    const directories = offers === "directories" ? "-d " : "";
    return `    ${name}) COMPREPLY=($(compgen ${directories}-W "${offered(name).join(" ")}" -- "$word")) ;;\n`;
  });
  return `# completion of asterism for bash; use it with: source <(asterism completions bash)
_asterism() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  case $before in
    ${files}|--config) COMPREPLY=($(compgen -f -- "$word")); return ;;
    -*x) COMPREPLY=(); return ;;
  esac
  if [ "$COMP_CWORD" -gt 1 ]; then
    case \${COMP_WORDS[1]} in
${words.join("").replaceAll(" ;;\n", "; return ;;\n").replaceAll(/^ {4}/gm, "      ")}    esac
  fi
  local words="${flags}"
  [ "$COMP_CWORD" -eq 1 ] && words="$words ${Object.keys(SUBCOMMANDS).join(" ")}"
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o filenames -F _asterism asterism
`;
}

function zsh(): string {
  const flags = FLAG_TABLE.map((row) => {
    const { letter, value, help, repeatable = false } = row;
    const text = help.join(" ").replace(/[[\]'":]/g, (character) => character === "'" ? "’" : " ");
    const action = value === undefined ? "" : `:${value}:${isFile(row) ? "_files" : ""}`;
    return `    '${repeatable ? "*" : ""}-${letter}[${text}]${action}'`;
  });
  const words = Object.entries(SUBCOMMANDS).map(([name, { help }]) =>
    `'${name}:${help.join(" ").replaceAll("'", "’")}'`
  );
  const values = Object.entries(SUBCOMMANDS).map(([name, { offers }]) =>
    `    ${name}) _values argument ${offered(name).join(" ")}${offers === "directories" ? "; _files -/" : ""} ;;\n`
  );
  return `#compdef asterism
# completion of asterism for zsh; use it with: source <(asterism completions zsh)
_asterism() {
  local -a flags subcommands
  flags=(
${flags.join("\n")}
  )
  subcommands=(${words.join(" ")})
  case $words[2] in
${values.join("")}    *)
      [[ $CURRENT -eq 2 ]] && _describe subcommand subcommands
      _arguments -s $flags
      ;;
  esac
}
compdef _asterism asterism
`;
}

/** Words and options that may follow a subcommand. */
function offered(name: string): string[] {
  const { offers, options } = SUBCOMMANDS[name] as Subcommand;
  const words = typeof offers === "string" || offers === undefined ? [] : offers;
  const long = Object.keys(options).map((option) => `--${option}`);
  const letters = Object.values(options).flatMap(({ letter, value }) =>
    letter === undefined || value === undefined ? [] : [`-${letter}`]
  );
  return [...words, ...letters, ...long, "--help"];
}

function isFile({ value }: FlagRow): boolean {
  return value === "configfile" || value === "socket";
}
