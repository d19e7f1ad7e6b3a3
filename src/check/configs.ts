import { nearest } from "../fault/mod.ts";
import { CORE_CONFIGS, nameKey } from "../manifest/mod.ts";
import { type Finding, findingOf, warningAt } from "./finding.ts";
import type { Scene } from "./input.ts";

/** Files that cannot be read, what their reader warns of, and files that nobody reads. */
export function checkConfigs(scene: Scene): Finding[] {
  const { configs, catalog } = scene.input;
  const declared = new Set([...CORE_CONFIGS, ...catalog.flatMap(({ manifest }) => manifest.configs)]);
  const included = new Set(configs.flatMap(({ includes }) => includes));
  return configs.flatMap(({ name, path, fault, warnings }) => {
    const findings = warnings.map(({ position, message }) => warningAt(position, message));
    const part = included.has(path) && !declared.has(name);
    // A part of another file need not make sense alone; what is wrong in it is told where it is included.
    if (fault !== undefined && !part) findings.push(findingOf(fault, path));
    if (!declared.has(name) && !part) {
      const near = nearest(name, declared);
      const cure = near === undefined ? "" : `; did you mean "${near}"`;
      findings.push(warningAt({ file: path, line: 1 }, `no module reads this file, nor does the program${cure}`));
    }
    return findings;
  });
}

/** Files that modules which are to start read and that are not there. */
export function checkMissingConfigs(scene: Scene): Finding[] {
  const present = new Set(scene.input.configs.map(({ name }) => name));
  return scene.input.catalog.flatMap(({ manifest: { name, file, configs } }) =>
    configs.filter((config) => scene.starting.has(nameKey(name)) && !present.has(config)).map((config) =>
      warningAt({ file, line: 1 }, `"${name}" reads ${config}, which is not there`, name)
    )
  );
}
