/*** MODULEINFO
  <support_level>core</support_level>
  <load_priority>timing</load_priority>
***/

/*** DOCUMENTATION
  <service name="timer" priority="100">
    <synopsis>Calls back periodically.</synopsis>
    <description>
      <para>every(milliseconds, callback) starts a timer and gives its id, cancel(id) ends it,
      name() says who keeps the time.</para>
    </description>
  </service>
***/
import { defineModule } from "asterism";
import { intervalTicker, timerService } from "./_timer.ts";

/** Ticks come from the realm's own setInterval: cheap, and as late as whatever else runs in the realm. */
export default defineModule({
  license: "MIT",
  description: "setInterval Timing Interface",
  loadPriority: "timing",
  ...timerService("interval", intervalTicker),
});
