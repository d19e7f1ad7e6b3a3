import { BUILTIN_NAMES } from "../dialplan/mod.ts";
import { join } from "@std/path";
import {
  check,
  type CheckedConfig,
  countFindings,
  type Finding,
  findingOf,
  formatReport,
  reportJson,
} from "../check/mod.ts";
import { type ConfigWarning, diskSource, ExecRefused, parse } from "../config/mod.ts";
import { ConfigError, messageOf } from "../fault/mod.ts";
import { Catalog, DiskSource } from "../manifest/mod.ts";
import { parsePolicy, type Policy } from "../policy/mod.ts";
import { subcommandUsage } from "../settings/mod.ts";
import type { CommandResult } from "./command_result.ts";
import { readFileIfAny } from "./disk_files.ts";
import { findProgramConfig, type ProgramConfig } from "./program.ts";
import { parseSubcommand } from "./subcommand_options.ts";

/** What {@linkcode checkProgram} is asked. */
interface CheckRequest {
  /** The path of `-C`, or undefined. */
  readonly config: string | undefined;
  /** URL of the program's main file. */
  readonly base: string;
  /** JSON instead of lines. */
  readonly json: boolean;
}

/**
 * `asterism check [--json] [-C FILE]`, from its arguments.
 *
 * @param base URL of the program's main file
 */
export function checkCommand(args: readonly string[], base: string): CommandResult {
  const given = parseSubcommand("check", args);
  if ("fault" in given) {
    return { out: "", err: `asterism: check: ${given.fault}\n${subcommandUsage("check")}`, status: 1 };
  }
  const json = given.switches.has("json");
  try {
    const { text, status } = checkProgram({ config: given.values["config"], base, json });
    return { out: text, err: "", status };
  } catch (error) {
    if (!json) return { out: "", err: `asterism: ${messageOf(error)}\n`, status: 1 };
    const file = given.values["config"] ?? "asterism.conf";
    return { out: reportJson([findingOf(error, file)], { manifests: 0, configs: 0 }), err: "", status: 1 };
  }
}

/**
 * Everything that can be said of an installation without running any module.
 *
 * @returns what is to be printed, and the exit status: 1 when there are errors
 * @throws {HostError} with code `config` when there is no configuration at all
 */
function checkProgram({ config, base, json }: CheckRequest): { text: string; status: 0 | 1 } {
  const report = json ? reportJson : formatReport;
  let program: ProgramConfig;
  try {
    program = findProgramConfig(config, base);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { text: report([findingOf(error, error.position.file)], { manifests: 0, configs: 1 }), status: 1 };
  }
  const { findings, ...scope } = checkSettings(program);
  return { text: report(findings, scope), status: countFindings(findings).errors > 0 ? 1 : 0 };
}

function checkSettings({ settings, modules }: ProgramConfig) {
  const { directories, options } = settings;
  const variables = { ...directories };
  const found: Finding[] = [];
  const configs = readConfigs(directories.astetcdir, options.execIncludes);
  const policy = readPolicy(configs, join(directories.astetcdir, "modules.conf"), { variables, found });
  const catalog = new Catalog(
    modules.map((place) => typeof place === "string" ? new DiskSource(place) : place),
  );
  try {
    catalog.refresh();
  } catch (error) {
    found.push(findingOf(error, settings.file));
  }
  const faults = catalog.faults();
  const findings = check({
    catalog: catalog.entries(),
    core: { names: new Set(BUILTIN_NAMES), commands: [] },
    faults,
    policy,
    configs,
    variables,
    licenses: options.licenses,
  });
  return {
    findings: [...found, ...findings],
    manifests: catalog.entries().length + faults.length,
    configs: configs.length,
  };
}

/** Every `.conf` file of a directory; one that cannot be listed has none. */
function readConfigs(directory: string, execIncludes: boolean): CheckedConfig[] {
  let names: string[];
  try {
    names = [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".conf")).map(({ name }) => name);
  } catch {
    return [];
  }
  return names.sort().map((name) => readConfig(directory, { name, execIncludes }));
}

function readConfig(
  directory: string,
  { name, execIncludes }: { name: string; execIncludes: boolean },
): CheckedConfig {
  const path = join(directory, name);
  const warnings: ConfigWarning[] = [];
  const includes: string[] = [];
  const source = diskSource(directory);
  const read = (included: string) => {
    includes.push(included);
    return source.read(included);
  };
  try {
    const config = parse(readFileIfAny(path) ?? "", {
      file: path,
      source: { ...source, read, exec: refuseCommand },
      execIncludes,
      onWarning: (one) => void warnings.push(one),
    });
    return { name, path, config, warnings, includes };
  } catch (fault) {
    return { name, path, fault, warnings, includes };
  }
}

/** Whoever checks may be another user, on another machine. */
function refuseCommand(): never {
  throw new ExecRefused("in a check, which runs nothing: what the command would write is not checked");
}

/** A fault of its syntax is told with the other files; one of its meaning is told here. */
function readPolicy(
  configs: readonly CheckedConfig[],
  path: string,
  { variables, found }: { variables: Readonly<Record<string, string>>; found: Finding[] },
): Policy | undefined {
  const read = configs.find((one) => one.path === path);
  if (read === undefined) {
    found.push(findingOf(new Error("'modules.conf' invalid or missing: there is no such file"), path));
  }
  if (read?.config === undefined) return undefined;
  try {
    return parsePolicy(read.config, variables);
  } catch (error) {
    found.push(findingOf(error, path));
    return undefined;
  }
}
