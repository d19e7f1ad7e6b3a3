/** How many times as long as the work the pause after it is. */
const REST = 3;
/** Longest pause between two pieces of work, in milliseconds. */
const MAX_PAUSE_MS = 1_000;

/**
 * Work that takes the host's thread as long as the administrator's files and tables are large: for one module one piece
 * at a time, each followed by a pause. Whatever a module asks in a loop, most of the thread's time is left to others.
 */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** Does the work when what was asked before is done. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    let took = 0;
    const result = this.#last.then(async () => {
      const began = performance.now();
      try {
        return await work();
      } finally {
        took = performance.now() - began;
      }
    });
    const pause = () => took < 1 ? undefined : sleep(Math.min(took * REST, MAX_PAUSE_MS));
    this.#last = result.then(pause, pause);
    return result;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
