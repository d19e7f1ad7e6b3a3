import type { HostCall } from "./call.ts";

/** The record of a call that has ended, by Asterisk's names of the fields. */
export function callRecord(call: HostCall, uniqueId: string): Record<string, string> {
  const { startedAt, answeredAt, caller, place, running } = call;
  const end = Date.now();
  const seconds = (from: number | undefined) => String(from === undefined ? 0 : Math.round((end - from) / 1000));
  return {
    clid: caller === "" ? "" : `<${caller}>`,
    src: caller,
    dst: place.extension,
    dcontext: place.context,
    channel: call.name,
    dstchannel: "",
    lastapp: running.application,
    lastdata: running.args,
    start: timestamp(startedAt),
    answer: answeredAt === undefined ? "" : timestamp(answeredAt),
    end: timestamp(end),
    duration: seconds(startedAt),
    billsec: seconds(answeredAt),
    disposition: answeredAt === undefined ? "NO ANSWER" : "ANSWERED",
    amaflags: "DOCUMENTATION",
    accountcode: "",
    uniqueid: uniqueId,
    userfield: "",
  };
}

/** `2026-11-21 09:18:57`, local time, as Asterisk's records have it. */
function timestamp(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
