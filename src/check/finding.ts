import { ConfigError, formatPosition, messageOf, type Position, printable, printableJson } from "../fault/mod.ts";

/** Whether it keeps something from working, or only looks like a mistake. */
export type Severity = "error" | "warning";

/** Something that a check has found. */
export interface Finding {
  /** How bad it is. */
  readonly severity: Severity;
  /** Where to look, and as a rule where to change something. */
  readonly position: Position;
  /** The module concerned, when there is one. */
  readonly module?: string | undefined;
  /** The other modules that it keeps from starting, when it is several. */
  readonly also?: readonly string[] | undefined;
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Lines to be written into a file, when that is what to do. */
  readonly lines?: readonly string[] | undefined;
}

/** How much was looked at. */
export interface CheckScope {
  /** Manifests, the unusable ones included. */
  readonly manifests: number;
  /** Configuration files. */
  readonly configs: number;
}

/** An error at a place. */
export function errorAt(position: Position, message: string, module?: string): Finding {
  return { severity: "error", position, message, ...(module === undefined ? {} : { module }) };
}

/** A warning at a place. */
export function warningAt(position: Position, message: string, module?: string): Finding {
  return { ...errorAt(position, message, module), severity: "warning" };
}

/** A fault of a reader as a finding; its place is taken out of the message. */
export function findingOf(error: unknown, file: string, module?: string): Finding {
  return error instanceof ConfigError
    ? errorAt(error.position, error.reason, module)
    : errorAt({ file, line: 1 }, messageOf(error), module);
}

/** By file, line and column; the same thing said twice once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((one) => [formatFinding(one), one]));
  return [...unique.values()].sort((a, b) =>
    compare(a.position.file, b.position.file) || a.position.line - b.position.line ||
    (a.position.column ?? 0) - (b.position.column ?? 0)
  );
}

/** `file:line:column: error: message`, as compilers write it; below it lines that can be pasted. */
export function formatFinding({ severity, position, message, lines = [] }: Finding): string {
  const first = `${printable(formatPosition(position))}: ${severity}: ${printable(message)}`;
  return [first, ...lines.map((line) => `    ${printable(line)}`)].join("\n");
}

/** All findings and a last line that counts. */
export function formatReport(findings: readonly Finding[], scope: CheckScope): string {
  const { errors, warnings } = countFindings(findings);
  const last = `${plural(scope.manifests, "manifest")}, ${plural(scope.configs, "configuration file")}: ` +
    `${plural(errors, "error")}, ${plural(warnings, "warning")}`;
  return [...findings.map(formatFinding), last, ""].join("\n");
}

/** The same as JSON: `{ manifests, configs, errors, warnings, findings }`, places as file, line and column. */
export function reportJson(findings: readonly Finding[], scope: CheckScope): string {
  const rows = findings.map(({ position, ...rest }) => ({ ...position, ...rest }));
  return `${printableJson({ ...scope, ...countFindings(findings), findings: rows })}\n`;
}

/** How many of each kind. */
export function countFindings(findings: readonly Finding[]): { errors: number; warnings: number } {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: findings.length - errors };
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
