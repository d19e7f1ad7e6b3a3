/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <application name="Echo">
    <synopsis>Echo lines back to the caller.</synopsis>
    <syntax />
    <description>
      <para>Writes every line that the caller sends back to the caller, until the line is a hash sign
      or the call ends.</para>
    </description>
  </application>
***/
import { type Call, defineModule, LoadResult } from "asterism";

async function echo(call: Call): Promise<number> {
  await call.answer();
  for (let line = await call.readLine(); line !== undefined && line !== "#"; line = await call.readLine()) {
    await call.print(line);
  }
  return 0;
}

/** Echo. */
export default defineModule({
  license: "MIT",
  description: "Simple Echo Application",
  load(host) {
    host.application("Echo", (call) => echo(call));
    return LoadResult.SUCCESS;
  },
});
