import { FLAG_TABLE, SUBCOMMANDS } from "../settings/mod.ts";

/** Files that the manual page names, and what they are. */
const FILES: readonly (readonly [string, string])[] = [
  ["/etc/asterism/asterism.conf", "main configuration: directories, options, the control socket"],
  ["/etc/asterism/modules.conf", "which modules run and what they are granted"],
  ["/etc/asterism/logger.conf", "where the log goes"],
  ["/etc/asterism/cli.conf", "console commands that are run at the start"],
  ["/etc/asterism/cli_permissions.conf", "who may run which console command"],
  ["/var/run/asterism/asterism.ctl", "control socket of a running Asterism"],
  ["~/.asterism_history", "lines typed on consoles"],
];

/** Environment variables that the manual page names. */
const VARIABLES: readonly (readonly [string, string])[] = [
  [
    "ASTERISK_PROMPT",
    "prompt of consoles: %d date, %t time, %h host, %H its first part, %u user, %g group, %l1 %l2 %l3 " +
    "load, %# kind of console, %Cn;m colors, %% a percent sign",
  ],
  ["NO_COLOR", "no colors when it is set"],
  ["NOTIFY_SOCKET", "where systemd wants to be told that Asterism is ready"],
];

/** Exit statuses. */
const STATUSES: readonly (readonly [string, string])[] = [
  ["0", "fine; with -rx also when the command failed, as Asterisk's"],
  ["1", "wrong configuration, option or command, another Asterism on the same socket, or nobody to connect to"],
  ["2", "a required module did not load"],
];

/** The manual page `asterism(8)` in roff, made from the flags. */
export function manualPage(version: string): string {
  const flags = FLAG_TABLE.map(({ letter, value, help }) => {
    const name = value === undefined ? "" : ` \\fI${roff(value)}\\fR`;
    return `.TP\n\\fB\\-${letter}\\fR${name}\n${roff(help.join(" "))}\n`;
  });
  const words = Object.entries(SUBCOMMANDS).map(([name, { args, help }]) =>
    `.TP\n\\fBasterism ${roff(name)}\\fR \\fI${roff(args)}\\fR\n${roff(help.join(" "))}\n`
  );
  return [
    `.\\" made from the flags by tools/manual.ts; do not edit\n`,
    `.TH ASTERISM 8 "" "Asterism ${roff(version)}" "System administration"\n`,
    section("NAME", "asterism \\- plugin host whose modules run with their own permissions\n"),
    section("SYNOPSIS", `.B asterism\n[\\fIoptions\\fR]\n`),
    section(
      "DESCRIPTION",
      "Asterism loads ES modules the way Asterisk loads its modules, each with exactly the permissions that\n" +
        "its manifest asks for and the administrator grants. Without \\fB\\-r\\fR and \\fB\\-x\\fR it starts and runs\n" +
        "until it is stopped; it does not fork.\n",
    ),
    section("OPTIONS", flags.join("")),
    section("SUBCOMMANDS", words.join("")),
    section("EXIT STATUS", rows(STATUSES)),
    section("ENVIRONMENT", rows(VARIABLES)),
    section("FILES", rows(FILES)),
    section(
      "SIGNALS",
      "SIGINT and SIGTERM stop gracefully, a second one at once. SIGHUP reloads every module that can be.\n",
    ),
  ].join("");
}

function section(title: string, text: string): string {
  return `.SH ${title}\n${text}`;
}

function rows(list: readonly (readonly [string, string])[]): string {
  return list.map(([name, text]) => `.TP\n\\fB${roff(name)}\\fR\n${roff(text)}\n`).join("");
}

/** Text as roff takes it: backslashes, hyphens that are typed, and no line that begins with a request. */
function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^([.'])/, "\\&$1");
}
