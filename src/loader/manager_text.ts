import type { ManagerHeader, ManagerReply } from "../module_api/mod.ts";
import { HostError, printable } from "../fault/mod.ts";
import { text } from "./call.ts";
import { isFraming, notItsEvent } from "./core_events.ts";

/** Most headers of one message, and most events of one reply. */
const MAX_HEADERS = 1000;
const MAX_EVENTS = 10_000;

/** What has no place in a header: it would end it, or begin another message. */
// deno-lint-ignore no-control-regex -- finding them is the purpose
const UNFIT_REGEXP = /[\u0000\r\n]/;

/**
 * Headers of the manager interface that a module sent.
 *
 * @throws {TypeError} when they are none, too many or too long, or would break out of their line
 */
export function checkHeaders(headers: unknown): ManagerHeader[] {
  if (!Array.isArray(headers) || headers.length > MAX_HEADERS) {
    throw new TypeError(`Cannot take these headers: expected a list of at most ${MAX_HEADERS} [name, value]`);
  }
  return headers.map((header) => {
    const [name, value] = Array.isArray(header) ? header : [];
    const checked = [text(name, 200), text(value)] as const;
    if (name === "" || name.includes(":") || checked.some((part) => UNFIT_REGEXP.test(part))) {
      throw new TypeError(`Cannot send header "${name}": neither a colon in its name nor a line end may be in it`);
    }
    return checked;
  });
}

/**
 * Headers of a message whose kind has been said already.
 *
 * @throws {TypeError} when they are none, or would make the message pass for another
 */
export function checkFurtherHeaders(headers: unknown): ManagerHeader[] {
  const checked = checkHeaders(headers);
  const framing = checked.find(([name]) => isFraming(name));
  if (framing === undefined) return checked;
  throw new TypeError(`Cannot send header "${printable(framing[0])}": a message says once what it is`);
}

/**
 * Headers of an event that a module sends by itself: the first says whose it is.
 *
 * @throws {TypeError} when they are none, or would make the message pass for another, or for that of another module
 */
export function checkEventHeaders(headers: unknown, module: string): ManagerHeader[] {
  const checked = checkFurtherHeaders(headers);
  if (checked.some(([name]) => name.trim().toLowerCase() === "module")) {
    throw new TypeError('Cannot send header "Module": the host says whose event it is');
  }
  return [["Module", module], ...checked];
}

/**
 * An event of a list: its name, and its headers.
 *
 * @throws {TypeError} when it is none
 * @throws {HostError} with code `permission` when it would pass for one of the core
 */
function checkListed(headers: unknown): ManagerHeader[] {
  const [first, ...rest] = checkHeaders(headers);
  if (first?.[0].toLowerCase() !== "event") throw new TypeError("Cannot send an event: its first header is not Event");
  const refusal = notItsEvent(first[1]);
  if (refusal !== undefined) throw new HostError("permission", refusal);
  return [first, ...checkFurtherHeaders(rest)];
}

/**
 * What a manager action of a module answered.
 *
 * @throws {TypeError} when it is no reply
 * @throws {HostError} with code `permission` when an event in it would pass for one of the core
 */
export function checkReply(reply: unknown): ManagerReply {
  const { response = "Success", message, headers = [], events = [] } = (reply ?? {}) as Partial<ManagerReply>;
  if (response !== "Success" && response !== "Error") {
    throw new TypeError(`Cannot answer "${String(response)}": expected Success or Error`);
  }
  if (!Array.isArray(events) || events.length > MAX_EVENTS) {
    throw new TypeError(`Cannot send these events: expected a list of at most ${MAX_EVENTS}`);
  }
  const [[, line] = []] = message === undefined ? [] : checkHeaders([["Message", message]]);
  return {
    response,
    ...(line === undefined ? {} : { message: line }),
    headers: checkFurtherHeaders(headers),
    events: events.map(checkListed),
  };
}
