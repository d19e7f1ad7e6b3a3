import type { Manifest } from "../manifest/mod.ts";
import { decideGrant, type GrantDecision } from "../policy/mod.ts";
import type { Context } from "./context.ts";

/**
 * What a module may do, by its manifest and the policy.
 *
 * @throws {ConfigError} when the manifest asks for something that cannot be read
 */
export function grantOf(context: Context, manifest: Manifest): GrantDecision {
  return decideGrant(manifest, context.policy, {
    variables: { ...context.directories },
    resolve: (path) => context.resolvePath(path),
  });
}
