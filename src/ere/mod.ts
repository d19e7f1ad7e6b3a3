/**
 * POSIX extended regular expressions that take time in proportion to pattern and text, whatever they are: for files and
 * for modules, of which neither must be able to hold a thread.
 *
 * @module
 */
export { compileEre, Ere, type EreMatch, type Spend } from "./ere.ts";
export { EreError } from "./syntax.ts";
