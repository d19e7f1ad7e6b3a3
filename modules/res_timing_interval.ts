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
import { defineModule, LoadResult } from "asterism";
import { intervalTicker, TimerTable } from "./_timer.ts";

let timers: TimerTable | undefined;

/** Ticks come from the realm's own setInterval: cheap, and as late as whatever else runs in the realm. */
export default defineModule({
  license: "MIT",
  description: "setInterval Timing Interface",
  loadPriority: "timing",
  load(host) {
    timers = new TimerTable({ name: "interval", log: host.log, ticker: intervalTicker });
    host.service("timer", timers.methods);
    return LoadResult.SUCCESS;
  },
  unload() {
    timers?.clear();
    timers = undefined;
  },
});
