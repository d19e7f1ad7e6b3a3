/** Plain letters only: a name that looks like another one's must not be another file. */
const CONFIG_REGEXP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.conf$/;

/** Whether a text can be the name of a configuration file: no path, no look-alikes. */
export function isConfigName(text: string): boolean {
  return CONFIG_REGEXP.test(text);
}
