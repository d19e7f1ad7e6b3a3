import { matchesFilter } from "./filter.ts";
import type { ConfigFile, Section } from "./model.ts";

/** Steps that the expressions of one selection may take: a fraction of a second. */
const MAX_STEPS = 5_000_000;

/**
 * The sections of a file that a filter means, in order.
 *
 * @param filter what may stand in `[section](+filter)`, its pairs joined by `&`; without one all but templates
 * @param onWarning told of an expression that is none, which matches nothing
 * @throws {RangeError} when the expressions take too long
 */
export function selectSections(
  file: ConfigFile,
  filter: string,
  onWarning: (message: string) => void = () => {},
): Section[] {
  let steps = 0;
  const context = {
    spend(more: number) {
      steps += more;
      if (steps > MAX_STEPS) {
        throw new RangeError(`Cannot match "${filter}": it takes more than ${MAX_STEPS} steps; write it more simply`);
      }
    },
    warn: onWarning,
  };
  return file.sections.filter((section) => matchesFilter(section, filter, context));
}
