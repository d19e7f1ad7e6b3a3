import { assertEquals } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import { DEFAULT_LOGGER, parseComponents, parseLoggerConf } from "../../src/log/mod.ts";

const read = (text: string) => parseLoggerConf(parse(text, { file: "logger.conf" }));

Deno.test("parseLoggerConf() reads what Asterisk's file has", () => {
  const { settings, warnings } = read(
    "[general]\ndateformat=%F %T.%3q\nappendhostname=yes\nrotatestrategy = Rotate\nrotatesize = 10M\n" +
      "exec_after_rotate=gzip -9 ${filename}.2\n[logfiles]\nCONSOLE => notice,warning\n" +
      "full.json => [json] verbose(4), debug ,*\n/var/x => ERROR\n",
  );
  assertEquals(warnings, []);
  const { channels, ...general } = settings;
  assertEquals(general, {
    dateFormat: "%F %T.%3q",
    appendHostname: true,
    rotateStrategy: "rotate",
    rotateSize: 10 * 1024 * 1024,
    execAfterRotate: "gzip -9 ${filename}.2",
  });
  assertEquals(
    channels.map(({ name, levels, verbosity, formatter }) => [name, [...levels].join(), verbosity, formatter]),
    [
      ["console", "notice,warning", undefined, "default"],
      ["full.json", "verbose,debug,notice,warning,error", 4, "json"],
      ["/var/x", "error", undefined, "default"],
    ],
  );
});

Deno.test("parseLoggerConf() leaves out what is wrong, and says what and where", () => {
  const { settings, warnings } = read(
    "[general]\ndateformt = x\nrotatestrategy = never\nrotatesize = much\nqueue_log = yes\n" +
      "[logfiles]\nsyslog.local0 => error\nfull => [xml]notice,fax,warnin\n",
  );
  assertEquals(settings.channels.map(({ name, levels }) => [name, [...levels].join()]), [["full", "notice"]]);
  assertEquals(settings.rotateStrategy, DEFAULT_LOGGER.rotateStrategy);
  assertEquals(warnings.map((warning) => warning.replace(/^logger\.conf:(\d+):1: /, "$1 ")), [
    '2 unknown key "dateformt": did you mean "dateformat"',
    "3 Unknown rotatestrategy: never: expected none, sequential, rotate, timestamp",
    '4 "much" is no size: expected a number, with k, m or g behind it where wanted',
    '5 "queue_log" changes nothing: there is no queue log',
    '7 "syslog.local0": there is no syslog; systemd puts what is on the console into its journal',
    '8 Unknown formatter "xml", using "default": there are default, plain, json',
    '8 there are no lines of level "fax" here',
    '8 unknown level "warnin": did you mean "warning"',
  ]);
});

Deno.test("parseLoggerConf() of an empty file has no channels, and parseComponents() of nothing no levels", () => {
  assertEquals(read("").settings, { ...DEFAULT_LOGGER, channels: [] });
  assertEquals(parseComponents(""), {
    levels: new Set<never>(),
    verbosity: undefined,
    formatter: "default",
    faults: [],
  });
});
