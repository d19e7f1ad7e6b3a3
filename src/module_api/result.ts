/**
 * What a module's `load` returns; the names and values of `enum ast_module_load_result`.
 *
 * - `SUCCESS`: running
 * - `DECLINE`: does not load, quietly: not configured, a resource is missing. Dependents decline too
 * - `FAILURE`: at start-up the whole program stops with exit status 2, as Asterisk's does
 *
 * Asterisk's SKIP and PRIORITY are for the loader's own use there and are an invalid result here as well.
 */
export const LoadResult = {
  /** The module runs. */
  SUCCESS: 0,
  /** The module does not load. */
  DECLINE: 1,
  /** The module does not load and the program must not start. */
  FAILURE: -1,
} as const;

/** One of the values of {@linkcode LoadResult}. */
export type LoadResult = (typeof LoadResult)[keyof typeof LoadResult];
