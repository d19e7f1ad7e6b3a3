import { assertEquals, assertThrows } from "@std/assert";
import { parse } from "../../src/config/mod.ts";
import { ConfigError } from "../../src/fault/mod.ts";
import { parseExtconfig } from "../../src/policy/mod.ts";

function read(...lines: string[]) {
  const warnings: string[] = [];
  const config = parse(["[settings]", ...lines].join("\n"), { file: "extconfig.conf" });
  const mappings = parseExtconfig(config, ({ position, message }) => warnings.push(`${position.line}: ${message}`));
  return { mappings: [...mappings.values()].map(({ position: _, ...rest }) => rest), warnings };
}

Deno.test("parseExtconfig() reads driver, database and table", () => {
  const { mappings, warnings } = read(
    "queues.conf => sqlite3,asterism,ast_config",
    "Sip.conf = sqlite3 , asterism",
    'ldap.conf => ldap,"dc=oxymium,dc=net",example2,1',
  );
  assertEquals(warnings, []);
  assertEquals(mappings, [
    { file: "queues.conf", driver: "sqlite3", database: "asterism", table: "ast_config" },
    { file: "Sip.conf", driver: "sqlite3", database: "asterism", table: "Sip.conf" },
    { file: "ldap.conf", driver: "ldap", database: "dc=oxymium,dc=net", table: "example2" },
  ]);
});

Deno.test("parseExtconfig() warns of what cannot be mapped and leaves it out", () => {
  const { mappings, warnings } = read("modules.conf => sqlite3,a", "logger.conf => sqlite3,a", "sippeers => sqlite3,a");
  assertEquals(mappings, []);
  assertEquals(warnings, [
    "2: Cannot bind 'modules.conf'! It is read before any module runs",
    "3: Cannot bind 'logger.conf'! It is read before any module runs",
    '4: Family "sippeers" is left out: only files, whose names end in .conf, can be mapped',
  ]);
});

for (
  const [line, reason] of [
    ["a.conf => sqlite3", "expected driver,database"],
    ["a.conf => ,x", "expected driver,database"],
    ["a.conf => a,b,c,1,e", "expected driver,database"],
    ['a.conf => a,"b"c,d', "expected driver,database"],
    ["a.conf => a,b,c,2", 'priority "2" has no meaning'],
  ] as const
) {
  Deno.test(`parseExtconfig() refuses ${line}`, () => {
    const error = assertThrows(() => read(line), ConfigError, reason);
    assertEquals(error.position.line, 2);
  });
}

Deno.test("parseExtconfig() refuses a second line for a file", () => {
  assertThrows(() => read("a.conf => x,y", "A.conf => x,z"), ConfigError, '"A.conf" is mapped already, in line 2');
});
