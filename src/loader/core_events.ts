/** Events of the manager interface that are the core's word: of itself, of its modules, of logins, of calls. */
const CORE_EVENTS: ReadonlySet<string> = new Set([
  ...["FullyBooted", "Shutdown", "Load", "Unload", "Reload", "ModuleFailed", "ModuleLoadReport", "LogChannel"],
  ...["CoreShowChannel", "CoreShowChannelsComplete", "WaitEventComplete"],
  ...["SuccessfulAuth", "InvalidPassword", "InvalidAccountID", "ChallengeSent", "ChallengeResponseFailed", "FailedACL"],
  ...["RequestNotAllowed", "RequestNotSupported", "RequestBadFormat", "AuthMethodNotAllowed", "SessionLimit"],
  ...["MemoryLimit", "LoadAverageLimit", "UnexpectedAddress", "InvalidTransport"],
  ...["Newchannel", "Newstate", "Newexten", "NewCallerid", "NewConnectedLine", "NewAccountCode", "Rename", "VarSet"],
  ...["Hangup", "HangupRequest", "SoftHangupRequest", "DialBegin", "DialState", "DialEnd"],
  ...["BridgeCreate", "BridgeDestroy", "BridgeEnter", "BridgeLeave", "BridgeMerge"],
].map((event) => event.toLowerCase()));

/** Headers that say what a message is and whom it answers. */
const FRAMING: ReadonlySet<string> = new Set(["event", "response", "privilege", "actionid"]);

/** No blanks and nothing that could look like another letter: a name must not pass for the core's. */
const NAME_REGEXP = /^[A-Za-z][A-Za-z0-9_.-]{0,79}$/;

/** Why a module may not send an event of that name; undefined when it may. */
export function notItsEvent(event: string): string | undefined {
  if (!NAME_REGEXP.test(event)) return `Cannot send event "${event}": expected a name of letters, digits, _, . and -`;
  if (!CORE_EVENTS.has(event.toLowerCase())) return undefined;
  return `Cannot send event "${event}": events of that name are the core's; choose another`;
}

/** Whether a header would make a message pass for another, or for the answer to something else. */
export function isFraming(header: string): boolean {
  return FRAMING.has(header.trim().toLowerCase());
}
