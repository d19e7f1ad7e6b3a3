/** Reads the record of a control socket in `fixtures/`. */

/** Something that was sent, in order. */
export interface Step {
  /** Heading of the connection or part it belongs to. */
  readonly title: string;
  /** Bytes that the client sent; undefined where the server spoke first. */
  readonly sent: Uint8Array | undefined;
  /** Bytes that came back before the client sent more. */
  readonly answer: Uint8Array;
  /** Whether the server closed the connection then. */
  readonly closed: boolean;
}

/** All steps of the record. */
export function readRecord(): Step[] {
  const text = Deno.readTextFileSync(new URL("fixtures/control_socket.txt", import.meta.url));
  const steps: Step[] = [];
  let title = "";
  let sent: Uint8Array | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) [title, sent] = [line.slice(3), undefined];
    else if (line.startsWith(">>> ")) sent = pythonBytes(line.slice(4));
    else if (line.startsWith("<<< ")) {
      steps.push({ title, sent, answer: pythonBytes(line.slice(4)), closed: line.includes("[server closed") });
      sent = undefined;
    }
  }
  return steps;
}

/** Bytes as Python's `repr` writes them: `b'…\x00'` or `b"…"`, a remark may follow. */
function pythonBytes(text: string): Uint8Array {
  const quote = text[1];
  const bytes: number[] = [];
  for (let place = 2; text[place] !== quote; place++) {
    if (text[place] !== "\\") bytes.push(text.charCodeAt(place));
    else {
      place++;
      const letter = text[place] ?? "";
      if (letter === "x") {
        bytes.push(parseInt(text.slice(place + 1, place + 3), 16));
        place += 2;
      } else bytes.push({ n: 10, r: 13, t: 9 }[letter] ?? letter.charCodeAt(0));
    }
  }
  return Uint8Array.from(bytes);
}

/** Text of bytes, each a character, so that magic bytes can be seen. */
export function bytesText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => String.fromCharCode(byte)).join("");
}
