const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;

/**
 * Whether a JSON text holds more than so many lists, objects and values: what it takes to decode it, known before. Goes
 * over the text once.
 *
 * @param most how many may be there
 */
export function hasMoreNodes(json: string, most: number): boolean {
  let nodes = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(json, at + 1);
    else if ((code === COMMA || code === OPEN_LIST || code === OPEN_OBJECT) && ++nodes > most) return true;
  }
  return false;
}

/** Where a text in quotes ends: at the next quote before which there is an even number of backslashes. */
function closingQuote(json: string, from: number): number {
  for (let quote = json.indexOf('"', from); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let slashes = quote;
    while (slashes > from && json.charCodeAt(slashes - 1) === BACKSLASH) slashes--;
    if ((quote - slashes) % 2 === 0) return quote;
  }
  return json.length;
}
