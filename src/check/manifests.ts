import { messageOf } from "../fault/mod.ts";
import { checksumOf, nameKey } from "../manifest/mod.ts";
import { errorAt, type Finding, findingOf, warningAt } from "./finding.ts";
import type { Scene } from "./input.ts";

/** Manifests that cannot be used, each with all that is wrong with it. */
export function checkManifests({ input: { faults } }: Scene): Finding[] {
  return faults.flatMap(({ name, error, more = [] }) =>
    [error, ...more].map((each) => findingOf(each, `${name}.manifest`, name))
  );
}

/** Files that are missing or not the ones that their manifests describe. */
export function checkFiles({ input: { catalog } }: Scene): Finding[] {
  return catalog.flatMap(({ manifest: { name, file, checksum }, source }) => {
    const at = { file, line: 1 };
    try {
      const { path, bytes } = source.module(name);
      if (checksum === undefined) return [warningAt(at, `it has no checksum: ${path} is not verified`, name)];
      const actual = checksumOf(bytes);
      if (actual === checksum) return [];
      return [errorAt(at, `${path} is another file: the manifest has ${checksum}, the file ${actual}`, name)];
    } catch (error) {
      return [errorAt(at, messageOf(error), name)];
    }
  });
}

/** Licences that are not accepted, of modules that are to start. */
export function checkLicenses({ input: { licenses, catalog }, starting }: Scene): Finding[] {
  return catalog.flatMap(({ manifest: { name, file, license } }) => {
    if (!starting.has(nameKey(name)) || licenses.includes(license)) return [];
    const what = license === "" ? "it has no license" : `its license "${license}" is not accepted`;
    return [errorAt({ file, line: 1 }, `${what}: licenses in asterism.conf names those that are`, name)];
  });
}
