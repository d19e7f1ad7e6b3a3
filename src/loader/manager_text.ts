import type { ManagerHeader, ManagerReply } from "../module_api/mod.ts";
import { text } from "./call.ts";

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
 * What a manager action of a module answered.
 *
 * @throws {TypeError} when it is no reply
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
    headers: checkHeaders(headers),
    events: events.map(checkHeaders),
  };
}
