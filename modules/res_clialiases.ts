/*** MODULEINFO
  <support_level>core</support_level>
  <config>cli_aliases.conf</config>
  <permission type="host">command</permission>
  <provide type="command">*</provide>
***/

/*** DOCUMENTATION
  <command name="cli show aliases">
    <synopsis>Show CLI command aliases</synopsis>
    <description>
      <para>Displays a list of aliased CLI commands.</para>
    </description>
  </command>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";
import { type Alias, formatAliases, readAliases } from "./_aliases.ts";

const CONFIG_FILE = "cli_aliases.conf";

/** Registered aliases by what is typed. */
let registered = new Map<string, Alias>();

/** Registers an alias; one that cannot be, for its words are taken, is left out, as in Asterisk. */
async function register(host: ModuleHost, alias: Alias): Promise<void> {
  try {
    await host.command({
      command: alias.alias,
      summary: "Aliased CLI Command",
      usage: "Aliased CLI Command\n",
      standsFor: alias.command,
    });
    registered.set(alias.alias, alias);
    host.log.verbose(2, `Aliased CLI command '${alias.alias}' to '${alias.command}'`);
  } catch (error) {
    host.log.warning(
      `${alias.place}: left out alias "${alias.alias}": ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Makes what is registered the same as the file: what went or changed goes first, so that words become free. */
async function configure(host: ModuleHost): Promise<void> {
  const config = await host.config(CONFIG_FILE);
  if (config === undefined) host.log.error(`${CONFIG_FILE} not found: there are no aliases`);
  const { aliases, warnings } = config ? readAliases(config) : { aliases: [], warnings: [] };
  for (const warning of warnings) host.log.warning(warning);
  const wanted = new Map(aliases.map((alias) => [alias.alias, alias]));
  for (const [name, { command }] of registered) {
    if (wanted.get(name)?.command === command) continue;
    await host.unregister("command", name);
    registered.delete(name);
  }
  for (const alias of aliases) {
    if (!registered.has(alias.alias)) await register(host, alias);
  }
  registered = new Map(aliases.filter(({ alias }) => registered.has(alias)).map((alias) => [alias.alias, alias]));
}

/** Console commands under further names. The console runs what they stand for, with the rights of whoever types them. */
export default defineModule({
  license: "MIT",
  description: "CLI Aliases",
  async load(host) {
    registered = new Map();
    host.command({
      command: "cli show aliases",
      summary: "Show CLI command aliases",
      usage: "cli show aliases\n       Displays a list of aliased CLI commands.\n",
      handler: () => formatAliases([...registered.values()]),
    });
    await configure(host);
    return LoadResult.SUCCESS;
  },
  reload: configure,
});
