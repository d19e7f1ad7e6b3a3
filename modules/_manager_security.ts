/**
 * Events of the class `security`: who has logged in, who could not.
 *
 * @module
 */
import type { ManagerHeader } from "asterism";
import type { ManagerEvent, Session } from "./_manager_action.ts";
import { readClasses } from "./_manager_classes.ts";

/** What happened at a login. */
export interface SecurityFact {
  /** Name of the event. */
  readonly event: "SuccessfulAuth" | "InvalidPassword" | "InvalidAccountID" | "ChallengeResponseFailed" | "FailedACL";
  /** The name that was given. */
  readonly account: string;
  /** Headers of this event alone. */
  readonly headers?: readonly ManagerHeader[];
}

/** The event with the headers that Asterisk gives every one of its kind. */
export function securityEvent(session: Session, { event, account, headers = [] }: SecurityFact): ManagerEvent {
  const { localAddr, remoteAddr } = session.connection;
  return {
    event,
    classes: readClasses("security").mask,
    headers: [
      ["EventTV", formatTime(Date.now())],
      ["Severity", event === "SuccessfulAuth" ? "Informational" : "Error"],
      ["Service", "AMI"],
      ["EventVersion", "1"],
      ["AccountID", account],
      ["SessionID", session.id],
      ["LocalAddress", formatEndpoint(localAddr)],
      ["RemoteAddress", formatEndpoint(remoteAddr)],
      ...headers,
      ["SessionTV", formatTime(session.startedAt)],
    ],
  };
}

function formatEndpoint({ hostname, port }: { hostname: string; port: number }): string {
  return `${hostname.includes(":") ? "IPV6" : "IPV4"}/TCP/${hostname}/${port}`;
}

/** `2026-11-21T09:17:33.723+0000`, local time. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const minutes = -date.getTimezoneOffset();
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  const local = new Date(milliseconds + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}${two(minutes % 60)}`;
}
