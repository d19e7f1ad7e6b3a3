import { nearest } from "../fault/mod.ts";

/**
 * Replaces `${name}` by the host's directories: `${astlogdir}/cdr-custom`.
 *
 * @throws {TypeError} when a name is unknown, naming the ones there are
 */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
    if (Object.hasOwn(variables, name)) return variables[name] ?? "";
    const known = Object.keys(variables);
    const near = nearest(name, known);
    throw new TypeError(
      `Cannot replace "${whole}": there are ${known.join(", ")}${near ? `; did you mean "${near}"` : ""}`,
    );
  });
}
