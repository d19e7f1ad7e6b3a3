/**
 * Actions that open and close a session: Challenge, Login, Logoff.
 *
 * @module
 */
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Action, ActionCall } from "./_manager_action.ts";
import { readClasses, readEventMask } from "./_manager_classes.ts";
import type { ManagerUser } from "./_manager_config.ts";
import { refusalOf as aclRefusal } from "./_manager_acl.ts";
import { fullyBooted } from "./_manager_events.ts";
import { formatMessage } from "./_manager_message.ts";
import { securityEvent, type SecurityFact } from "./_manager_security.ts";
import { sameSecret } from "./_secret.ts";

/** How long a failed login is left without an answer, in milliseconds: guessing must be slow. */
export const FAILED_LOGIN_DELAY = 1000;

/** Hexadecimal MD5 of a challenge followed by a secret. */
export function challengeKey(challenge: string, secret: string): string {
  return bytesToHex(md5(utf8ToBytes(challenge + secret)));
}

/** The actions. */
export const LOGIN_ACTIONS: readonly Action[] = [
  {
    name: "Challenge",
    synopsis: "Generate Challenge for MD5 Auth. ",
    syntax: ["AuthType: <value>"],
    description: "Generate a challenge for MD5 authentication.",
    classes: 0,
    run: challenge,
  },
  {
    name: "Login",
    synopsis: "Login Manager. ",
    syntax: ["Username: <value>", "[Secret:] <value>", "[AuthType:] <value>", "[Key:] <value>", "[Events:] <value>"],
    description: "Login Manager, with the secret itself or with the MD5 of challenge and secret.",
    classes: 0,
    run: login,
  },
  {
    name: "Logoff",
    synopsis: "Logoff Manager. ",
    description: "Logoff the current manager session.",
    classes: 0,
    run({ reply }) {
      reply.send("Goodbye", [["Message", "Thanks for all the fish."]]);
      return "close";
    },
  },
];

function challenge({ message, session, reply }: ActionCall): void {
  if (message.get("AuthType").toLowerCase() !== "md5") return reply.error("Must specify AuthType");
  session.challenge ??= String(crypto.getRandomValues(new Uint32Array(1))[0]);
  reply.send("Success", [["Challenge", session.challenge]]);
}

async function login(call: ActionCall): Promise<"close" | void> {
  const { message, session, services, reply } = call;
  if (session.user !== undefined) return reply.ack("Already authenticated");
  const account = message.get("Username");
  const user = services.config.users.find(({ name }) => name.toLowerCase() === account.toLowerCase());
  const refusal = refusalOf(call, user);
  if (refusal !== undefined) return await refuse(call, refusal);
  if (inUse(call, user as ManagerUser)) {
    await delay(FAILED_LOGIN_DELAY);
    reply.error("Login Already In Use");
    return "close";
  }
  session.user = user;
  const events = readEventMask(message.get("Events"));
  if (events !== undefined) session.events = events;
  await services.loggedIn(session);
  if (user?.displayconnects) services.log("verbose", `Manager '${account}' logged on from ${session.address}`);
  reply.ack("Authentication accepted");
  await welcome(call);
  services.broadcast(securityEvent(session, { event: "SuccessfulAuth", account, headers: [["UsingPassword", "0"]] }));
}

/** Tells a client that everything is there, when it is; who comes earlier is told with everybody. */
async function welcome({ session, services }: ActionCall): Promise<void> {
  const system = readClasses("system").mask;
  if (((session.user?.read ?? 0) & session.events & system) === 0) return;
  const status = await services.admin.status();
  if (!status.booted || session.booted) return;
  session.booted = true;
  const { event, headers } = fullyBooted(status, Date.now());
  session.send(formatMessage([["Event", event], ["Privilege", "system,all"], ...headers]));
}

/** Why somebody may not log in. */
interface Refusal extends Omit<SecurityFact, "account"> {
  /** For the log, in Asterisk's words; begins after the address. */
  readonly logged: string;
}

function refusalOf({ message, session }: ActionCall, user: ManagerUser | undefined): Refusal | undefined {
  const account = message.get("Username");
  if (user === undefined) {
    return { event: "InvalidAccountID", logged: `tried to authenticate with nonexistent user '${account}'` };
  }
  if (user.refused !== undefined) {
    return { event: "FailedACL", logged: `may not log in as '${account}': ${user.refused}` };
  }
  const acl = aclRefusal(user, session.address);
  if (acl !== undefined) {
    return { event: "FailedACL", logged: `failed to pass IP ACL as '${account}'${acl && `: ${acl}`}` };
  }
  const logged = `failed to authenticate as '${account}'`;
  if (message.get("AuthType").toLowerCase() === "md5") {
    const wanted = session.challenge === undefined || !user.secret
      ? undefined
      : challengeKey(session.challenge, user.secret);
    // A challenge is good for one try.
    session.challenge = undefined;
    if (wanted !== undefined && sameSecret(message.get("Key").toLowerCase(), wanted)) return undefined;
    return { event: "ChallengeResponseFailed", logged };
  }
  if (user.secret && sameSecret(message.get("Secret"), user.secret)) return undefined;
  return { event: "InvalidPassword", logged };
}

async function refuse({ message, session, services, reply }: ActionCall, refusal: Refusal): Promise<"close"> {
  services.log("notice", `${session.address} ${refusal.logged}`);
  services.broadcast(securityEvent(session, { event: refusal.event, account: message.get("Username") }));
  await delay(FAILED_LOGIN_DELAY);
  reply.error("Authentication failed");
  return "close";
}

function inUse({ services }: ActionCall, user: ManagerUser): boolean {
  if (user.allowmultiplelogin) return false;
  return services.sessions().some((other) => other.user?.name === user.name);
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
