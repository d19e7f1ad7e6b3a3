/**
 * Where Asterism says or does something else than the recorded Asterisk on purpose. Everything else is compared line by
 * line, names without `.so`, and with our name for the program's.
 */

/** One kind of difference. */
export interface Difference {
  readonly why: string;
  /** Matches a recorded line, `LEVEL: text`. */
  readonly recorded: RegExp;
  /** What stands for it here; it is left out when there is nothing. */
  readonly here?: string;
}

/** Recorded lines that read otherwise here. */
export const OTHERWISE: readonly Difference[] = [
  {
    why: "a file is opened by its manifest, not by the dynamic linker: only the reason differs",
    recorded: /^(ERROR: Error loading module '.*?')[:,] .*$/,
    here: "$1: …",
  },
  {
    why: "a checksum stands for Asterisk's sum of build options",
    recorded: /^ERROR: Module '.*' (?:was not compiled with the same|will not be initialized as it may).*$/,
  },
  {
    why: "what is wrong with modules.conf is told with its line, which says enough",
    recorded: /^WARNING: 'modules\.conf' invalid or missing\.$/,
  },
];

/** Lines that only Asterism has. */
export const ONLY_HERE: readonly { readonly why: string; readonly line: RegExp }[] = [
  { why: "the reason comes before the verdict", line: /^ERROR: Module '.*' cannot (?:start|be opened): / },
  { why: "who uses a module is said beside how many do", line: /^NOTICE: Module '.*' is used by / },
];

/** Commands of a session, by their number from 0, that are not given or come to something else here. */
export interface SessionDifference {
  readonly why: string;
  /** Not given here. */
  readonly without?: readonly number[];
  /** Given, and what comes of it here. */
  readonly otherwise?: Readonly<
    Record<number, { readonly answer?: readonly string[]; readonly log?: readonly string[] }>
  >;
}

const HEADER =
  "Module                         Description                              Use Count  Status      Support Level";
const T_DEP =
  "t_dep                          Test module t_dep                        0          Running              core";

/** By the name of the session. */
export const SESSIONS: Readonly<Record<string, readonly SessionDifference[]>> = {
  load: [
    {
      why: "what is no result is complained of, whenever it is returned",
      otherwise: Object.fromEntries(
        [[15, "t_skip", 2], [17, "t_priority", 3], [18, "t_99", 99]].map(([index, name, result]) => [index, {
          log: [
            `VERBOSE: [tm] ${name}: load -> ${result}`,
            `ERROR: ${name} load function returned an invalid result. This is a bug in the module.`,
          ],
        }]),
      ),
    },
    { why: "there are no symbols that keep a library", without: [39, 42, 45] },
    {
      why: "there are no symbols: a module that is not loaded is missed by its name",
      otherwise: { 38: { log: ["ERROR: t_symuse has one or more unknown dependencies."] } },
    },
    { why: "a name is no path", without: [49] },
  ],
  "unload-force": [{
    why: "a forced unload takes its users along, so that none runs without what it needs",
    without: [5, 6],
    otherwise: {
      1: {
        log: [
          "WARNING: Warning:  Forcing removal of module 't_dep' with use count 1",
          "VERBOSE: Unloading t_req",
          "VERBOSE: [tm] t_req: unload -> 0",
          "VERBOSE: Unloading t_dep",
          "VERBOSE: [tm] t_dep: unload -> 0",
        ],
      },
      2: { answer: [HEADER, "0 modules loaded"] },
      4: { answer: [HEADER, T_DEP, "1 modules loaded"] },
    },
  }],
  "unload-force-builtin": [{
    why: "what is unloaded leaves the table, built in or not",
    otherwise: { 1: { answer: [HEADER, "0 modules loaded"] } },
  }],
  "unload-nofn": [{
    why: "a module without unload function does not crash",
    otherwise: {
      0: { answer: ["Unloaded t_nounload.so"] },
      1: { answer: [HEADER, "0 modules loaded"], log: [] },
    },
  }],
  "reload-busy": [{ why: "given while another runs: a test of its own", without: [0, 1, 2] }],
  "reload-queued": [{ why: "given during the start: a test of its own", without: [0] }],
};

/** Records in which something is otherwise than line by line. */
export const CASES: Readonly<Record<string, { readonly why: string; readonly skip: "use counts" | "order" }>> = {
  "57d-enhancer-declines": { why: "a module that does not run holds nothing", skip: "use counts" },
  "57e-enhancer-declines-first": { why: "a module that does not run holds nothing", skip: "use counts" },
  "74-real-noload-dep": { why: "the native modules hold more, a timing source in use for one", skip: "use counts" },
  "5h-sym-noreq": { why: "there are no symbols that would make an order", skip: "order" },
};
