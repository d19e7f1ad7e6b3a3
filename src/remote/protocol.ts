/** The wire of Asterisk's control socket: what either side may send, and how the other reads it. */

/** A command with its NUL must fit into this many bytes, as in Asterisk. */
export const BUFFER_BYTES = 512;

/** What a command begins with after whose answer the server is to close the connection. */
export const QUIT_AFTER = "cli quit after ";

/**
 * The same of our own: the status of the command follows its answer, see {@linkcode STATUS_MARK}. As long as the other, so
 * that a command fits with either.
 */
export const STATUS_AFTER = "cli exit after ";

/** A byte that is in no text, and behind it the status: the last two bytes of a connection that was asked for it. */
export const STATUS_MARK = 0x00;

/** What the version of our own servers ends with. A client that sees it may ask for a status. */
const OWN_BUILD = "+asterism";

/** Highest level of a verbose line. */
const MAX_LEVEL = 10;

/** The least magic byte. No text in UTF-8 has a byte that high, so it is never mistaken for one. */
const LEAST_MAGIC = 0xff - MAX_LEVEL;

const LINE_END = 0x0a;

/** Who answers on a socket. */
export interface Identity {
  /** Whether it is one of ours, which tells the status of a command. */
  readonly own: boolean;
  /** Host name, as a whole. */
  readonly hostname: string;
  /** Process id. */
  readonly pid: number;
  /** Version of the program. */
  readonly version: string;
}

/** The line a server begins with. */
export function formatGreeting({ hostname, pid, version, own }: Identity): string {
  return `${hostname}/${pid}/${version}${own ? OWN_BUILD : ""}\n`;
}

/** Reads the line a server begins with; undefined when it is none. */
export function parseGreeting(line: string): Identity | undefined {
  const [, hostname, pid, version] = /^([^/\n]*)\/(\d+)\/([^\n]*)\n?$/.exec(line) ?? [];
  if (hostname === undefined || version === undefined) return undefined;
  const own = version.endsWith(OWN_BUILD);
  return { hostname, pid: Number(pid), version: own ? version.slice(0, -OWN_BUILD.length) : version, own };
}

/** A verbose line as it crosses: one byte for its level, then the text without the visible prefix. */
export function encodeVerbose(level: number, line: string): Uint8Array {
  const text = new TextEncoder().encode(`${line}\n`);
  const bytes = new Uint8Array(text.length + 1);
  bytes[0] = 0xff - Math.min(MAX_LEVEL, level);
  bytes.set(text, 1);
  return bytes;
}

/** What one read brought. */
export interface Received {
  /** Complete commands, in order. */
  readonly commands: readonly string[];
  /** Whether the connection is to be closed after them. */
  readonly last: boolean;
  /** Whether their status is to be told then. */
  readonly status: boolean;
  /** Whether a command was dropped because it does not fit. */
  readonly tooLong: boolean;
}

/** The server's side: commands out of what was read, by Asterisk's rules for its buffer. */
export class CommandReader {
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #used = 0;

  /** Where the next read goes. It is never empty. */
  get space(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#used);
  }

  /** Takes what a read has put into {@linkcode CommandReader.space}. */
  take(bytes: number): Received {
    const prefix = [QUIT_AFTER, STATUS_AFTER].find((one) => this.#begins(one));
    if (prefix !== undefined) {
      // Asterisk takes the rest of what this one read returned, wherever in the buffer it began.
      const rest = this.#buffer.subarray(prefix.length, Math.max(prefix.length, bytes));
      return { commands: splitCommands(rest).commands, last: true, status: prefix === STATUS_AFTER, tooLong: false };
    }
    const end = this.#used + bytes;
    const { commands, left } = splitCommands(this.#buffer.subarray(0, end));
    const tooLong = commands.length === 0 && end === BUFFER_BYTES;
    this.#buffer.copyWithin(0, end - left, end);
    this.#used = tooLong ? 0 : left;
    return { commands, last: false, status: false, tooLong };
  }

  #begins(text: string): boolean {
    return [...text].every((character, index) => this.#buffer[index] === character.charCodeAt(0));
  }
}

/** Commands that end with a NUL, and how many bytes are left behind the last. */
function splitCommands(bytes: Uint8Array): { commands: string[]; left: number } {
  const commands: string[] = [];
  let begin = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, begin)) {
    commands.push(new TextDecoder().decode(bytes.subarray(begin, end)));
    begin = end + 1;
  }
  return { commands, left: bytes.length - begin };
}

/** The client's side: text out of what was read, verbose lines given a prefix that people can read. */
export class OutputReader {
  readonly #prefix: (level: number) => string | undefined;
  readonly #decoder = new TextDecoder();
  #atLineStart = true;
  #dropping = false;

  /**
   * Makes a reader.
   *
   * @param prefix what stands before a verbose line of that level; undefined drops the line
   */
  constructor(prefix: (level: number) => string | undefined) {
    this.#prefix = prefix;
  }

  /** The text of a piece of what the server sent; a line may come in several. */
  read(bytes: Uint8Array): string {
    let text = "";
    for (let begin = 0; begin < bytes.length;) {
      const first = bytes[begin] ?? 0;
      if (this.#atLineStart && first >= LEAST_MAGIC) {
        const prefix = this.#prefix(0xff - first);
        this.#dropping = prefix === undefined;
        text += prefix ?? "";
        begin++;
      }
      const lineEnd = bytes.indexOf(LINE_END, begin);
      const end = lineEnd < 0 ? bytes.length : lineEnd + 1;
      const line = this.#decoder.decode(bytes.subarray(begin, end), { stream: true });
      if (!this.#dropping) text += line;
      this.#atLineStart = lineEnd >= 0;
      if (this.#atLineStart) this.#dropping = false;
      begin = end;
    }
    return text;
  }
}

/** What ends an answer to {@linkcode matchesCommand}. */
const MATCHES_END = "_EOF_";

/** The command that asks a server to complete the last word of a line; undefined when it cannot carry the line. */
export function matchesCommand(line: string): string | undefined {
  if (line.length >= BUFFER_BYTES || /["\\\0]/.test(line)) return undefined;
  const command = `_COMMAND MATCHESARRAY "${line}" "${line.split(/\s/).at(-1) ?? ""}"`;
  return new TextEncoder().encode(command).length < BUFFER_BYTES ? command : undefined;
}

/** Reads the answer to {@linkcode matchesCommand}; undefined as long as it is not complete. */
export function parseMatches(answer: string): string[] | undefined {
  if (answer.startsWith("Usage:")) return [];
  if (!answer.endsWith(MATCHES_END)) return undefined;
  const words = answer.slice(0, -MATCHES_END.length).split(" ");
  // The first is what all matches have in common.
  return words.slice(1).filter((word) => word !== "");
}
