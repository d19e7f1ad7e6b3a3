/**
 * Bounded work: steps that are counted, and slices after which the thread is given back. Work that a module causes uses
 * one of them.
 *
 * @module
 */
export { Budget } from "./budget.ts";
export { SLICE_MS, Slices } from "./slices.ts";
