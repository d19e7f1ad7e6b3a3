/** A color of the console, by the use Asterisk makes of it. */
export type Color =
  /** ERROR and WARNING. */
  | "brightRed"
  /** NOTICE. */
  | "brightYellow"
  /** DEBUG, and the line that says the host is ready. */
  | "brightGreen"
  /** Who says it. */
  | "white"
  /** Prefixes of verbose lines. */
  | "gray"
  /** Descriptions of modules. */
  | "brown";

const CODES: Record<Color, string> = {
  brightRed: "1;31",
  brightYellow: "1;33",
  brightGreen: "1;32",
  white: "1;37",
  gray: "1;30",
  brown: "0;33",
};

/** The text in that color, and the terminal back to normal after it. */
export function paint(color: Color, text: string): string {
  return `\x1b[${CODES[color]}m${text}\x1b[0m`;
}
