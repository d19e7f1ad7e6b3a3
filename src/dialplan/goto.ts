import type { CallLocation, LabelLocation } from "../module_api/mod.ts";

/** Whether a condition holds as the dialplan has it: empty does not, a number does when it is not 0, other text does. */
export function checkCondition(condition: string): boolean {
  const number = /^\s*[+-]?\d+/.exec(condition)?.[0];
  return number === undefined ? condition !== "" : Number(number) !== 0;
}

/**
 * The place that `[[context,]extension,]priority` means for a call that is here; a priority is a number, `+n` or `-n` from the present
 * one, or a label.
 *
 * @throws {RangeError} when there is no such label, or the priority is before the first
 */
export async function resolveTarget(
  text: string,
  here: CallLocation,
  findLabel: (place: LabelLocation) => Promise<number | undefined>,
): Promise<CallLocation> {
  const parts = text.split(",").map((part) => part.trim());
  const wanted = parts.pop() ?? "";
  const extension = parts.pop() || here.extension;
  const context = parts.pop() || here.context;
  const [, sign, digits] = /^([+-]?)(\d{1,9})$/.exec(wanted) ?? [];
  const priority = digits === undefined
    ? await findLabel({ context, extension, label: wanted })
    : sign === ""
    ? Number(digits)
    : here.priority + Number(`${sign}${digits}`);
  if (priority === undefined || priority < 1 || parts.length > 0) {
    throw new RangeError(`Priority '${wanted}' must be a number > 0, or valid label`);
  }
  return { context, extension, priority };
}

/** The two ways of `condition?yes:no`; nothing when there is no `?`. */
export function branches(text: string): { condition: string; yes: string; no: string } | undefined {
  const mark = text.indexOf("?");
  if (mark < 0) return undefined;
  const [yes = "", no = ""] = text.slice(mark + 1).split(":", 2);
  return { condition: text.slice(0, mark).trim(), yes: yes.trim(), no: no.trim() };
}
