/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <function name="URIENCODE">
    <synopsis>Encodes a string to URI-safe encoding according to RFC 2396.</synopsis>
    <syntax>
      <parameter name="data" required="true">
        <para>Input string to be encoded.</para>
      </parameter>
    </syntax>
    <description>
      <para>Returns the encoded string defined in <replaceable>data</replaceable>.</para>
    </description>
  </function>
  <function name="URIDECODE">
    <synopsis>Decodes a URI-encoded string according to RFC 2396.</synopsis>
    <syntax>
      <parameter name="data" required="true">
        <para>Input string to be decoded.</para>
      </parameter>
    </syntax>
    <description>
      <para>Returns the decoded URI-encoded <replaceable>data</replaceable> string.</para>
    </description>
  </function>
***/
import { defineModule, LoadResult } from "asterism";
import { uriDecode, uriEncode } from "./_uri.ts";

/** The argument, which must be there. */
function required(name: string, args: string): string {
  if (args === "") throw new SyntaxError(`Cannot evaluate ${name}: an argument is missing; syntax: ${name}(<data>)`);
  return args;
}

/** URIENCODE and URIDECODE. */
export default defineModule({
  license: "MIT",
  description: "URI encode/decode dialplan functions",
  load(host) {
    host.function("URIENCODE", { read: (_call, args) => uriEncode(required("URIENCODE", args)) });
    host.function("URIDECODE", { read: (_call, args) => uriDecode(required("URIDECODE", args)) });
    return LoadResult.SUCCESS;
  },
});
