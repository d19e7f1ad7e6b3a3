/*** MODULEINFO
  <support_level>core</support_level>
  <permission type="env">*</permission>
***/

/*** DOCUMENTATION
  <function name="ENV">
    <synopsis>Gets or sets the environment variable specified.</synopsis>
    <syntax>
      <parameter name="varname" required="true">
        <para>Environment variable name; one that the administrator has granted.</para>
      </parameter>
    </syntax>
    <description>
      <para>Variables starting with AST_ are reserved to the system and may not be set.</para>
    </description>
  </function>
  <function name="BASENAME">
    <synopsis>Return the name of a file.</synopsis>
    <syntax><parameter name="filename" required="true" /></syntax>
  </function>
  <function name="DIRNAME">
    <synopsis>Return the directory of a file.</synopsis>
    <syntax><parameter name="filename" required="true" /></syntax>
  </function>
***/
import { defineModule, LoadResult } from "asterism";
import { baseName, directoryName } from "./_paths.ts";

function set(name: string, value: string): void {
  if (name === "" || name.startsWith("AST_")) throw new SyntaxError(`Environment variable "${name}" cannot be set`);
  if (value === "") Deno.env.delete(name);
  else Deno.env.set(name, value);
}

/** ENV, BASENAME and DIRNAME. The runtime refuses names that were not granted. */
export default defineModule({
  license: "MIT",
  description: "Environment/filesystem dialplan functions",
  load(host) {
    host.function("ENV", {
      read: (_call, name) => Deno.env.get(name.trim()) ?? "",
      write: (_call, name, value) => set(name.trim(), value),
    });
    host.function("BASENAME", { read: (_call, path) => baseName(path) });
    host.function("DIRNAME", { read: (_call, path) => directoryName(path) });
    return LoadResult.SUCCESS;
  },
});
