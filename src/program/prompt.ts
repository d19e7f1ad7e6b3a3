/** What a prompt may tell. */
export interface PromptFacts {
  /** Name of the machine, as a whole. */
  readonly hostname: string;
  /** Name of the user. */
  readonly user: string;
  /** Name of the user's group. */
  readonly group: string;
  /** Whether the console is that of another process. */
  readonly remote: boolean;
  /** Load of the machine over 1, 5 and 15 minutes. */
  readonly load: readonly number[];
  /** The time, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether colors are wanted. */
  readonly color: boolean;
}

/** The prompts when the environment has none, as Asterisk's. */
export const DEFAULT_PROMPTS = { local: "*CLI> ", remote: "%H*CLI> " } as const;

/** Foreground and background of `%Cn;m`, as ANSI codes by the number. */
const COLORS = 8;

/**
 * Fills in a prompt: `%d` date, `%t` time, `%h` host, `%H` its first part, `%u` user, `%g` group, `%l1` `%l2` `%l3`
 * load, `%#` (`#` on the program's own console, `>` on a remote one), `%Cn[;m]` colors, `%%`. What is not known stays
 * out, as in Asterisk.
 */
export function expandPrompt(template: string, facts: PromptFacts): string {
  const expanded = template.replace(/%(?:C(\d+)(?:;(\d+))?|l([123])|(.)|$)/g, (_, ...[front, back, load, letter]) => {
    if (front !== undefined) return facts.color ? colorCode(Number(front), back) : "";
    if (load !== undefined) return (facts.load[Number(load) - 1] ?? 0).toFixed(2);
    return letter === undefined ? "" : LETTERS[letter as string]?.(facts) ?? "";
  });
  return facts.color && template.includes("%C") ? `${expanded}\x1b[0m` : expanded;
}

const LETTERS: Readonly<Record<string, (facts: PromptFacts) => string>> = {
  "%": () => "%",
  "#": ({ remote }) => remote ? ">" : "#",
  h: ({ hostname }) => hostname,
  H: ({ hostname }) => hostname.split(".")[0] ?? "",
  u: ({ user }) => user,
  g: ({ group }) => group,
  d: ({ now }) => {
    const date = new Date(now);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
  },
  t: ({ now }) => {
    const date = new Date(now);
    return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
  },
};

/** Asterisk numbers its colors as ANSI does, with 30 and more for the foreground and 64 added for bright ones. */
function colorCode(front: number, back: string | undefined): string {
  const bright = front >= 64 ? 1 : 0;
  const codes = [bright, 30 + front % COLORS];
  if (back !== undefined) codes.push(40 + Number(back) % COLORS);
  return `\x1b[${codes.join(";")}m`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
