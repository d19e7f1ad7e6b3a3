/**
 * What the buttons of the status page do, for whoever has the token.
 *
 * @module
 */
import type { HostAdmin, ModuleConfig, ServiceCaller } from "asterism";
import { sameSecret } from "./_secret.ts";

/** Shortest token: it must not be guessed. */
export const MINIMUM_TOKEN = 16;

/** How long a wrong token is left without an answer, in milliseconds. */
export const WRONG_TOKEN_DELAY = 1000;

/** The module whose page the buttons are on. */
const SERVER = "res_http";

/** Whether a caller may have something done: the server of the page, and whoever may do it anyhow. */
export function mayAct({ module, capabilities }: ServiceCaller): boolean {
  return module === SERVER || capabilities.includes("loader") || capabilities.includes("*");
}

/** What was done, for the page. */
export interface ActionResult {
  /** Whether it was done. */
  readonly ok: boolean;
  /** What to show. */
  readonly text: string;
}

/** The service `http_actions`, as those see it who use it. */
export interface HttpActions {
  /** Does something to a module: load, unload, reload, refresh. */
  act(token: string, action: string, module: string): Promise<ActionResult>;
}

/**
 * The token of `[actions]` in http.conf; undefined when there is none.
 *
 * @throws {SyntaxError} for one that is too short, or another key, naming file and line
 */
export function readToken(config: ModuleConfig | undefined): string | undefined {
  let token: string | undefined;
  for (const { key, value, file, line } of config?.section("actions")?.entries ?? []) {
    if (key.toLowerCase() !== "token") throw new SyntaxError(`${file}:${line}: unknown key "${key}": there is token`);
    if (value.length < MINIMUM_TOKEN) {
      throw new SyntaxError(`${file}:${line}: the token is too short: ${MINIMUM_TOKEN} characters at least`);
    }
    token = value;
  }
  return token;
}

const DONE: Record<string, (admin: HostAdmin, module: string) => Promise<string | undefined>> = {
  load: async (admin, module) => await admin.load(module) ? `${module} is loaded` : undefined,
  unload: async (admin, module) => await admin.unload(module) ? `${module} is unloaded` : undefined,
  refresh: async (admin, module) => await admin.refresh(module) ? `${module} is loaded anew` : undefined,
  reload: async (admin, module) => await admin.reload(module) === "success" ? `${module} is reloaded` : undefined,
};

/**
 * Does what a button asks for.
 *
 * @param wanted the token
 */
export async function performAction(
  admin: HostAdmin,
  wanted: string,
  asked: { token: string; action: string; module: string },
): Promise<ActionResult> {
  const { token, action, module } = asked;
  if (!sameSecret(token, wanted)) {
    await new Promise((resolve) => setTimeout(resolve, WRONG_TOKEN_DELAY));
    return { ok: false, text: "The token is wrong" };
  }
  const perform = Object.hasOwn(DONE, action) ? DONE[action] : undefined;
  if (perform === undefined) return { ok: false, text: `There is no action "${action}"` };
  const done = await perform(admin, module);
  return done === undefined
    ? { ok: false, text: `Could not ${action} ${module}: the log says why` }
    : { ok: true, text: done };
}
