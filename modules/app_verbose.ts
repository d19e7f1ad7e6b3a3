/*** MODULEINFO
  <support_level>core</support_level>
***/

/*** DOCUMENTATION
  <application name="Verbose">
    <synopsis>Send arbitrary text to verbose output.</synopsis>
    <syntax>
      <parameter name="level">
        <para>1 to 10; 1 when it is left out, and for Asterisk's 0.</para>
      </parameter>
      <parameter name="message" required="true" />
    </syntax>
    <description>
      <para>Sends an arbitrary text message to verbose output.</para>
    </description>
  </application>
  <application name="Log">
    <synopsis>Send arbitrary text to a selected log level.</synopsis>
    <syntax>
      <parameter name="level" required="true">
        <para>One of ERROR, WARNING, NOTICE, DEBUG, VERBOSE.</para>
      </parameter>
      <parameter name="message" required="true" />
    </syntax>
    <description>
      <para>Sends an arbitrary text message to a selected log level.</para>
    </description>
  </application>
***/
import { type Call, type CallLogLevel, defineModule, LoadResult } from "asterism";

const LEVELS: Readonly<Record<string, CallLogLevel>> = {
  ERROR: "error",
  WARNING: "warning",
  NOTICE: "notice",
  DEBUG: "debug",
  VERBOSE: "verbose",
};

// The line is the step's: whoever added that answers for it.
async function verbose(call: Call, args: string): Promise<void> {
  const [, level, message] = /^\s*(\d{1,2})\s*,(.*)$/s.exec(args) ?? [];
  await call.log("verbose", message ?? args, Math.min(10, Math.max(1, Number(level ?? 1))));
}

async function write(call: Call, args: string): Promise<void> {
  const at = args.indexOf(",");
  const level = (at < 0 ? args : args.slice(0, at)).trim().toUpperCase();
  if (at < 0 || !Object.hasOwn(LEVELS, level)) {
    await call.log("error", `Unknown log level: '${level}'; syntax: Log(ERROR|WARNING|NOTICE|DEBUG|VERBOSE,message)`);
    return;
  }
  await call.log(LEVELS[level]!, args.slice(at + 1));
}

/** Verbose and Log. */
export default defineModule({
  license: "MIT",
  description: "Send verbose output",
  load(host) {
    host.application("Verbose", verbose);
    host.application("Log", write);
    return LoadResult.SUCCESS;
  },
});
