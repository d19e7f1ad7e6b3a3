/**
 * Asks built modules what they are. Why it exists: see `describe_worker.ts`, whose host side this is.
 *
 * @module
 */
import type { ModuleFacts } from "../src/manifest/generate.ts";
import { ToolError } from "./process.ts";

/** A module is only imported, not started; one that takes longer waits for something it should not. */
const DEADLINE_MS = 10_000;

/** The answer of the worker: alleged, for module code runs beside it. */
interface Answer {
  readonly facts?: Record<keyof ModuleFacts, unknown>;
  readonly fault?: string;
}

/** Imports modules one after another, in one Worker without permissions. Dispose it when done. */
export class Describer implements Disposable {
  readonly #worker = new Worker(new URL("./describe_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: "none" },
  });

  /**
   * What a built module says of itself.
   *
   * @param javascript its text
   * @param file its source, for errors
   * @throws {ToolError} when it cannot be imported or is no module of ours
   */
  async describe(javascript: string, file: string): Promise<ModuleFacts> {
    const { facts, fault } = await this.#ask(javascript, file);
    if (facts === undefined) {
      throw new ToolError(
        `Cannot describe ${file}: ${fault}; a module's default export is what defineModule({ … }) gives, and it may ` +
          `do nothing when it is imported`,
      );
    }
    const { license, description, loadPriority } = facts;
    for (const [field, value] of Object.entries({ license, description })) {
      if (typeof value !== "string") throw new ToolError(`Cannot describe ${file}: "${field}" is not a text`);
    }
    return {
      license: String(license),
      description: String(description),
      loadPriority: loadPriority === undefined ? undefined : String(loadPriority),
    };
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #ask(javascript: string, file: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => {
      reject(new ToolError(`Cannot describe ${file}: importing it did not end within ${DEADLINE_MS / 1000} s`));
    }, DEADLINE_MS);
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new ToolError(`Cannot describe ${file}: importing it threw: ${event.message}`));
    };
    this.#worker.postMessage(javascript);
    return promise.finally(() => clearTimeout(timer));
  }
}
