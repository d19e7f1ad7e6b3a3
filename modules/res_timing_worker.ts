/*** MODULEINFO
  <support_level>core</support_level>
  <load_priority>timing</load_priority>
***/

/*** DOCUMENTATION
  <service name="timer" priority="200">
    <synopsis>Calls back periodically.</synopsis>
    <description>
      <para>every(milliseconds, callback) starts a timer and gives its id, cancel(id) ends it,
      name() says who keeps the time.</para>
    </description>
  </service>
***/
import { defineModule } from "asterism";
import { steadyTicker, timerService } from "./_timer.ts";

/** Ticks keep to multiples of their period by the monotonic clock. That is worth most in a realm of its own, where no other module's work delays them: `res_timing_worker = dedicated` in [realms] of modules.conf. */
export default defineModule({
  license: "MIT",
  description: "Worker Timing Interface",
  loadPriority: "timing",
  ...timerService("worker", steadyTicker),
});
