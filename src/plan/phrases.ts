/** What is said of a module that does not start; Asterisk's wording, names without extension. */
export interface Phrases {
  /** Something it needs is not there at all. */
  unresolved(name: string): string[];
  /** What it needs did not start: the names that it lacks itself. */
  due(name: string, lacking: readonly string[]): string[];
  /** It did not want to, or could not. */
  declined(name: string): string[];
  /** What waited and depends on one that declined. */
  taken(name: string, dependents: readonly string[]): string[];
}

/** At start-up (load_modules), and later by command (load_resource), where a plain decline is no error. */
export const PHRASES: Readonly<Record<"startup" | "runtime", Phrases>> = {
  startup: {
    unresolved: (name) => [`Failed to resolve dependencies for ${name}`],
    due: (name, lacking) => [`Failed to load ${name} due to dependencies: ${lacking.join(", ")}.`],
    declined: (name) => [`${name} declined to load.`],
    taken: (name, dependents) => [`Declined modules which depend on ${name}: ${dependents.join(", ")}`],
  },
  runtime: {
    unresolved: (name) => [`${name} has one or more unknown dependencies.`],
    due: (name, lacking) => lacking.map((each) => `${name} loaded before dependency ${each}!`),
    declined: () => [],
    taken: () => [],
  },
};
