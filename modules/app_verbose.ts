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
import { defineModule, LoadResult, type ModuleHost, type ModuleLog } from "asterism";

const LEVELS: Readonly<Record<string, (log: ModuleLog, message: string) => void>> = {
  ERROR: (log, message) => log.error(message),
  WARNING: (log, message) => log.warning(message),
  NOTICE: (log, message) => log.notice(message),
  DEBUG: (log, message) => log.debug(message),
  VERBOSE: (log, message) => log.verbose(1, message),
};

function verbose({ log }: ModuleHost, args: string): void {
  const [, level, message] = /^\s*(\d{1,2})\s*,(.*)$/s.exec(args) ?? [];
  log.verbose(Math.min(10, Math.max(1, Number(level ?? 1))), message ?? args);
}

function write({ log }: ModuleHost, args: string): void {
  const at = args.indexOf(",");
  const level = (at < 0 ? args : args.slice(0, at)).trim().toUpperCase();
  if (at < 0 || !Object.hasOwn(LEVELS, level)) {
    log.error(`Unknown log level: '${level}'; syntax: Log(ERROR|WARNING|NOTICE|DEBUG|VERBOSE,message)`);
    return;
  }
  LEVELS[level]!(log, args.slice(at + 1));
}

/** Verbose and Log. */
export default defineModule({
  license: "MIT",
  description: "Send verbose output",
  load(host) {
    host.application("Verbose", (_call, args) => verbose(host, args));
    host.application("Log", (_call, args) => write(host, args));
    return LoadResult.SUCCESS;
  },
});
