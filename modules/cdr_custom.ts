/*** MODULEINFO
  <support_level>core</support_level>
  <load_priority>cdr_driver</load_priority>
  <config>cdr_custom.conf</config>
  <permission type="write">${astlogdir}/cdr-custom</permission>
***/

/*** DOCUMENTATION
  <service name="cdr" priority="100">
    <synopsis>Takes call detail records.</synopsis>
    <description>
      <para>post(record) writes a record, an object of texts by the name of the field, to every file that
      cdr_custom.conf names.</para>
    </description>
  </service>
  <command name="cdr show status">
    <synopsis>Display the CDR status</synopsis>
    <description>
      <para>Displays the Call Detail Record engine system status.</para>
    </description>
  </command>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";
import { AppendFile } from "./_append_file.ts";
import { fileNameFault, formatRecord, parseTemplate, type TemplatePart } from "./_cdr_template.ts";

const CONFIG_FILE = "cdr_custom.conf";

/** Most characters of a record's line; what is longer is no call. */
const MAXIMUM_LINE = 65_536;

/** A file and how its lines are made. */
interface Mapping {
  readonly name: string;
  readonly template: readonly TemplatePart[];
  readonly file: AppendFile;
}

let mappings: readonly Mapping[] = [];

/** Reads the mappings; undefined when there are none or one is wrong, which has been logged. */
async function readMappings(host: ModuleHost): Promise<Mapping[] | undefined> {
  const config = await host.config(CONFIG_FILE);
  const entries = config?.section("mappings")?.entries ?? [];
  if (entries.length === 0) {
    host.log.notice(`${config?.file ?? CONFIG_FILE} has no mappings: add "Master.csv => ..." to its [mappings]`);
    return undefined;
  }
  const found: Mapping[] = [];
  let faults = 0;
  for (const { key: name, value, file, line } of entries) {
    try {
      const fault = fileNameFault(name);
      if (fault !== undefined) throw new SyntaxError(fault);
      if (found.some((mapping) => mapping.name === name)) throw new SyntaxError(`"${name}" has a mapping already`);
      found.push({ name, template: parseTemplate(value), file: fileOf(host, name) });
    } catch (error) {
      faults++;
      host.log.error(`${file}:${line}: ${(error as Error).message}`);
    }
  }
  return faults === 0 ? found : undefined;
}

/** The file of that name; one that is in use stays, so that lines keep their order and counts go on over a reload. */
function fileOf(host: ModuleHost, name: string): AppendFile {
  const known = mappings.find((mapping) => mapping.name === name);
  return known?.file ?? new AppendFile(`${host.directories.astlogdir}/cdr-custom/${name}`);
}

function checkRecord(record: unknown): Record<string, string> {
  const valid = typeof record === "object" && record !== null && !Array.isArray(record) &&
    Object.values(record).every((value) => typeof value === "string");
  if (!valid) throw new TypeError("Cannot post the record: expected an object whose values are texts");
  return record as Record<string, string>;
}

/** Writes a record to all files. One file that fails does not keep it from the others. */
async function post(host: ModuleHost, alleged: unknown): Promise<void> {
  const record = checkRecord(alleged);
  const lines = mappings.map(({ template, file }) => ({ file, line: formatRecord(template, record) }));
  if (lines.some(({ line }) => line.length > MAXIMUM_LINE)) {
    throw new RangeError(`Cannot post the record: its line has more than ${MAXIMUM_LINE} characters`);
  }
  const results = await Promise.allSettled(lines.map(({ file, line }) => file.append(line)));
  const failures = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as Error);
  for (const failure of failures) host.log.error(failure.message);
  if (failures.length > 0) throw failures[0]!;
}

/** As Asterisk's; it keeps the records of all backends, this module its own. */
function status(): string {
  const files = mappings.map(({ name, file }) => `    ${name}: ${file.written} records, ${file.failed} failed`);
  return [
    "",
    "Call Detail Record (CDR) settings",
    "----------------------------------",
    "  Logging:                    Enabled",
    "  Mode:                       Simple",
    "",
    "* Registered Backends",
    "  -------------------",
    "    cdr-custom",
    "",
    "* Files",
    "  -------------------",
    ...files,
    "",
    "",
  ].join("\n");
}

/** Records of calls in files of the operator's own format. */
export default defineModule({
  license: "MIT",
  description: "Customizable Comma Separated Values CDR Backend",
  loadPriority: "cdr_driver",
  async load(host) {
    mappings = [];
    const found = await readMappings(host);
    if (found === undefined) return LoadResult.DECLINE;
    mappings = found;
    host.service("cdr", { post: (record: unknown) => post(host, record) });
    host.command({
      command: "cdr show status",
      summary: "Display the CDR status",
      usage: "cdr show status\n       Displays the Call Detail Record engine system status.\n",
      handler: status,
    });
    return LoadResult.SUCCESS;
  },
  /** Faulty mappings are refused as a whole: the ones in use stay. */
  async reload(host) {
    const found = await readMappings(host);
    if (found === undefined) return -1;
    mappings = found;
    return 0;
  },
  /** Records that were taken are written before the realm may end. */
  async unload() {
    await Promise.all(mappings.map(({ file }) => file.idle()));
  },
});
