/**
 * Asterisk's load priorities without `AST_MODPRI_`, in lower case. Lower starts earlier.
 *
 * Values as in Asterisk's `enum ast_module_load_priority`.
 */
export const LOAD_PRIORITIES = {
  realtime_depend: 10,
  realtime_depend2: 20,
  realtime_driver: 30,
  core: 40,
  timing: 50,
  channel_depend: 60,
  channel_driver: 70,
  app_depend: 80,
  devstate_provider: 90,
  devstate_plugin: 100,
  cdr_driver: 110,
  default: 128,
  devstate_consumer: 150,
} as const;

/** A name of {@linkcode LOAD_PRIORITIES}. */
export type LoadPriorityName = keyof typeof LOAD_PRIORITIES;

/**
 * The number of a load priority written as a name (any case, with or without `AST_MODPRI_`) or as a number 0 to 255.
 *
 * @returns the number, or undefined when the text is neither
 */
export function loadPriority(text: string): number | undefined {
  const word = text.trim();
  if (/^\d{1,3}$/.test(word)) return Number(word) <= 255 ? Number(word) : undefined;
  const name = word.toLowerCase().replace(/^ast_modpri_/, "");
  return Object.hasOwn(LOAD_PRIORITIES, name) ? LOAD_PRIORITIES[name as LoadPriorityName] : undefined;
}
