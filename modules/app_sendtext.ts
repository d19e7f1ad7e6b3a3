/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <application name="SendText">
    <synopsis>Send a line of text to the caller.</synopsis>
    <syntax>
      <parameter name="text" />
    </syntax>
    <description>
      <para>Sets SENDTEXTSTATUS to SUCCESS, or to FAILURE when the call is over.</para>
    </description>
  </application>
***/
import { type Call, defineModule, LoadResult } from "asterism";

async function send(call: Call, text: string): Promise<void> {
  const over = await call.ended();
  if (!over) await call.print(text);
  await call.setVariable("SENDTEXTSTATUS", over ? "FAILURE" : "SUCCESS");
}

/** SendText. */
export default defineModule({
  license: "MIT",
  description: "Send Text Applications",
  load(host) {
    host.application("SendText", send);
    return LoadResult.SUCCESS;
  },
});
