/** Which methods a realm can call on its host: read from their declaration, so that a new one cannot be forgotten. */
import { fromFileUrl } from "@std/path";

/** The interfaces of the wire whose methods a module can reach. */
const INTERFACES = ["HandleMethods", "PbxMethods", "DatabaseMethods", "AdminMethods", "ReferenceMethods"];

/** What a realm is handed beside them, which has no interface on the wire. */
const FURTHER = [
  ...["variable", "setVariable", "location", "setLocation", "findLabel", "print", "readLine", "answer", "ended"]
    .map((name) => `Call.${name}`),
  ...["Channel.receive", "Channel.hangup", "Service.method", "Service.release", "Hold.release", "User.release"],
  ...["Notice.log"],
];

/** All of them, as `HandleMethods.config`. */
export function remoteMethods(): string[] {
  const wire = Deno.readTextFileSync(fromFileUrl(new URL("../../src/realm/wire.ts", import.meta.url)));
  const declared = INTERFACES.flatMap((name) => {
    const [, body] = new RegExp(`^export interface ${name} \\{\\n(.*?)^\\}`, "ms").exec(wire) ?? [];
    if (body === undefined) throw new Error(`src/realm/wire.ts has no interface ${name} any more`);
    return [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, method]) => `${name}.${method}`);
  });
  return [...declared, ...FURTHER];
}
