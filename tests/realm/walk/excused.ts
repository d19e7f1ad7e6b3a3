/** What a walk may find: each with the reason why no neighbor can do harm with it. A line that excuses nothing is a fault. */
export const EXCUSED: readonly (readonly [finding: RegExp, reason: string])[] = [
  [/^globalThis: is extensible$/, "V8 lets nobody close it; the names that libraries look for are taken"],
  [/^globalThis: is an instance/, "its listeners are frozen, and addEventListener refuses it"],
  [/^globalThis\.crypto: is an instance/, "keeps nothing: it makes random numbers"],
  [/^globalThis\.crypto\.subtle: is an instance/, "keeps nothing: keys are in the objects that it returns"],
  [/^asterism: has \w+, which can be changed$/, "the namespace of a module: only its own code sets its names"],
  [
    /^\([^:]+\[(?:\[\[sourceSignals\]\]|mime type)\][^:]*\.constructor: a class without a name/,
    "maps, sets and weak references of the runtime's own: frozen by the runtime, and a new one is empty",
  ],
];
