/**
 * Which action a message means, whether the user may run it, and what is answered when not. Worded as Asterisk's.
 *
 * @module
 */
import { type ActionCall, type ManagerServices, Reply, type Session } from "./_manager_action.ts";
import { classesOf } from "./_manager_classes.ts";
import type { Message } from "./_manager_message.ts";

/** Actions for those who have not logged in. */
const BEFORE_LOGIN = new Set(["login", "logoff", "challenge"]);

/** Runs the action of a message. A fault of an action is answered and logged; it ends no session. */
export async function dispatch(
  message: Message,
  session: Session,
  services: ManagerServices,
): Promise<"close" | void> {
  const reply = new Reply(message, (text) => session.send(text));
  const name = message.action;
  if (message.fault !== undefined) return reply.error(message.fault);
  if (name === "") return reply.error("Missing action in request");
  const key = name.toLowerCase();
  if (session.user === undefined && !BEFORE_LOGIN.has(key)) return reply.error("Permission denied");
  const action = services.actions.get(key);
  try {
    if (action === undefined) return await runForeign({ message, session, services, reply });
    if (!may(session, action.classes)) return reply.error("Permission denied");
    return await action.run({ message, session, services, reply });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    services.log("warning", `Action '${name}' failed: ${reason}`);
    return reply.error(`Action failed: ${reason}`);
  }
}

/** An action of another module. */
async function runForeign({ message, session, services, reply }: ActionCall): Promise<void> {
  const name = message.action;
  const registered = (await services.admin.managerActions())
    .find(({ action }) => action.toLowerCase() === name.toLowerCase());
  if (registered === undefined) {
    return reply.error(
      `Invalid/unknown command: ${name}. Use Action: ListCommands to show available commands.`,
    );
  }
  if (!may(session, classesOf(registered.privilege))) return reply.error("Permission denied");
  const { response = "Success", message: text, headers = [], events = [] } = await services.admin.runManagerAction(
    name,
    {
      user: session.user?.name ?? "",
      headers: message.headers,
    },
  );
  reply.send(response, [...(text === undefined ? [] : [["Message", text] as const]), ...headers]);
  for (const [[, event = ""] = [], ...rest] of events) reply.event(event, rest);
}

function may({ user }: Session, classes: number): boolean {
  return classes === 0 || ((user?.write ?? 0) & classes) !== 0;
}
