/**
 * Types of the parts of the standard library that this project uses, and of packages that have none.
 *
 * The packages come from npm as plain JavaScript without types; ambient declarations win over resolution, so a wrong use
 * is still an error. The names are those of JSR: moving there is an edit of deno.json alone, after which this file goes.
 */
declare module "@std/path" {
  export const SEPARATOR: string;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function fromFileUrl(url: string | URL): string;
  export function isAbsolute(path: string): boolean;
  export function join(...paths: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...paths: string[]): string;
  export function toFileUrl(path: string): URL;
}

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    boolean?: readonly string[];
    string?: readonly string[];
    collect?: readonly string[];
    alias?: Readonly<Record<string, string | readonly string[]>>;
    default?: Readonly<Record<string, unknown>>;
    stopEarly?: boolean;
    unknown?: (argument: string, key?: string, value?: unknown) => unknown;
  }
  export type Parsed = { _: (string | number)[] } & Record<string, unknown>;
  export function parseArgs(args: readonly string[], options?: ParseOptions): Parsed;
}

declare module "@std/assert" {
  export function assert(condition: unknown, message?: string): asserts condition;
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, message?: string): void;
  export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
  export function assertGreater<T>(actual: T, expected: T, message?: string): void;
  export function assertLess<T>(actual: T, expected: T, message?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any -- the shape of a constructor
    ErrorClass?: new (...args: any[]) => E,
    messageIncludes?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any -- the shape of a constructor
    ErrorClass?: new (...args: any[]) => E,
    messageIncludes?: string,
  ): Promise<E>;
  export function unreachable(reason?: string): never;
  export function fail(message?: string): never;
}

declare module "strftime" {
  export default function strftime(format: string, date?: Date): string;
}

declare module "sonic-boom" {
  /** A file that is written at once when `sync` is set. */
  export default class SonicBoom {
    constructor(options: {
      dest: string;
      append?: boolean;
      mkdir?: boolean;
      sync?: boolean;
      minLength?: number;
      mode?: number;
    });
    write(text: string): boolean;
    destroy(): void;
    on(event: "error", listener: (error: unknown) => void): this;
  }
}
