import { type ConfigFile, ConfigFileData, type Section, SectionData } from "./model.ts";

/** What stands in the place of a secret. */
export const MASKED = "********";

/** Keys whose values are secrets, in small letters and without what may join their words. */
const SECRET_REGEXP =
  /secret|passwd|password|passphrase|passcode|token|credential|apikey|accesskey|privatekey|pass$|^pwd$|dbpwd$|pin$/;

/** Whether the value of a key is a secret: `secret`, `md5secret`, `db_password`, `auth-token` … */
export function isSecretKey(key: string): boolean {
  return SECRET_REGEXP.test(key.toLowerCase().replace(/[\s_.-]/g, ""));
}

/** A file in which secrets are masked; what is empty stays empty. */
export function withoutSecrets(file: ConfigFile): ConfigFile {
  return new ConfigFileData(file.file, file.sections.map(masked));
}

function masked({ name, position, template, inherits, entries }: Section): Section {
  const section = new SectionData(name, position);
  section.template = template;
  section.inherits.push(...inherits);
  section.entries = entries.map((entry) =>
    entry.value !== "" && isSecretKey(entry.key) ? { ...entry, value: MASKED } : entry
  );
  return section;
}
