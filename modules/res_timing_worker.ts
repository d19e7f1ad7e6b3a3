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
import { defineModule, LoadResult } from "asterism";
import { steadyTicker, TimerTable } from "./_timer.ts";

let timers: TimerTable | undefined;

/** Ticks keep to multiples of their period by the monotonic clock. That is worth most in a realm of its own, where no other module's work delays them: `res_timing_worker = dedicated` in [realms] of modules.conf. */
export default defineModule({
  license: "MIT",
  description: "Worker Timing Interface",
  loadPriority: "timing",
  load(host) {
    timers = new TimerTable({ name: "worker", log: host.log, ticker: steadyTicker });
    host.service("timer", timers.methods);
    return LoadResult.SUCCESS;
  },
  unload() {
    timers?.clear();
    timers = undefined;
  },
});
