/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <function name="SORT">
    <synopsis>Sorts a list of key/vals into a list of keys, based upon the vals.</synopsis>
    <syntax>
      <parameter name="keyval" required="true" argsep=":">
        <argument name="key1" required="true" />
        <argument name="val1" required="true" />
      </parameter>
      <parameter name="keyvaln" multiple="true" argsep=":">
        <argument name="key2" required="true" />
        <argument name="val2" required="true" />
      </parameter>
    </syntax>
    <description>
      <para>Takes a comma-separated list of keys and values, each separated by a colon, and returns
      a comma-separated list of the keys, sorted by their values as numbers.</para>
    </description>
  </function>
  <function name="CUT">
    <synopsis>Slices and dices strings, based upon a named delimiter.</synopsis>
    <syntax>
      <parameter name="varname" required="true">
        <para>Variable you want cut.</para>
      </parameter>
      <parameter name="char-delim" required="true">
        <para>Character between the fields, a dash when empty. A comma is written with a backslash.</para>
      </parameter>
      <parameter name="range-spec" required="true">
        <para>Number of the field you want, from 1; also a range (with a dash) or a group of ranges
        and fields (with an ampersand). Fields come out in their order, never reordered.</para>
      </parameter>
    </syntax>
    <description>
      <para>Cuts fields out of the value of a variable.</para>
    </description>
  </function>
***/
import { type Call, defineModule, LoadResult, type ModuleHost } from "asterism";
import { cutFields, parseCut, sortKeys } from "./_cut.ts";

async function readCut(host: ModuleHost, call: Call, args: string): Promise<string> {
  const request = parseCut(args);
  const value = await call.variable(request.variable) ?? "";
  return cutFields(value, request, () => {
    host.log.warning(`CUT(${args}) asks for a field that is already past: fields cannot be reordered`);
  });
}

function readSort(args: string): string {
  if (args === "") throw new SyntaxError("Cannot sort nothing: syntax: SORT(key1:val1[,key2:val2[,...]])");
  return sortKeys(args);
}

/** CUT and SORT. */
export default defineModule({
  license: "MIT",
  description: "Cut out information from a string",
  load(host) {
    host.function("CUT", { read: (call, args) => readCut(host, call, args) });
    host.function("SORT", { read: (_call, args) => readSort(args) });
    return LoadResult.SUCCESS;
  },
});
