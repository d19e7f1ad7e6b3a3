/*** MODULEINFO
  <support_level>core</support_level>
  <load_priority>realtime_driver</load_priority>
  <config>res_config_sqlite3.conf</config>
  <provide type="realtime">sqlite3</provide>
  <permission type="node">sqlite</permission>
  <permission type="read">${astdatadir}/realtime</permission>
***/
import { defineModule, LoadResult, type ModuleHost, type RealtimeRequest, type RealtimeRow } from "asterism";
import { DatabaseSync } from "node:sqlite";
import { quoteName, readSqliteSettings, type SqliteDatabase } from "./_sqlite_settings.ts";

const CONFIG_FILE = "res_config_sqlite3.conf";

let databases: ReadonlyMap<string, SqliteDatabase> = new Map();

/** Reads the settings; false, which has been logged, when there are none or they are wrong. */
async function configure(host: ModuleHost): Promise<boolean> {
  const config = await host.config(CONFIG_FILE);
  if (config === undefined) {
    host.log.error(`Missing config file '${CONFIG_FILE}': it names the databases`);
    return false;
  }
  try {
    const { databases: found, warnings } = readSqliteSettings(config, `${host.directories.astdatadir}/realtime`);
    for (const warning of warnings) host.log.warning(warning);
    databases = found;
    return true;
  } catch (error) {
    host.log.error((error as Error).message);
    return false;
  }
}

/** Opens the file for one reading, so that one that was replaced is never read through an old handle. */
function load(host: ModuleHost, { file, database, table }: RealtimeRequest): RealtimeRow[] {
  const settings = databases.get(database);
  if (settings === undefined) {
    throw new Error(`${CONFIG_FILE} has no section [${database}]; there are ${[...databases.keys()].join(", ")}`);
  }
  try {
    return query(host, settings, { file, table });
  } catch (error) {
    throw new Error(`${settings.path}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

function query(
  host: ModuleHost,
  { path, busyTimeout, debug }: SqliteDatabase,
  { file, table }: { file: string; table: string },
): RealtimeRow[] {
  const sql = `SELECT id, cat_metric, category, var_name, var_val FROM ${quoteName(table)} ` +
    "WHERE filename = ? AND commented = 0 " +
    "ORDER BY cat_metric, var_metric, category, var_name, id";
  if (debug) host.log.notice(`${path}: ${sql} (${file})`);
  const connection = new DatabaseSync(path, { readOnly: true });
  try {
    connection.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
    return connection.prepare(sql).all(file).map(({ id, cat_metric, category, var_name, var_val }) => ({
      id: Number(id),
      metric: Number(cat_metric),
      category: String(category),
      name: String(var_name),
      value: String(var_val ?? ""),
    }));
  } finally {
    connection.close();
  }
}

/** Configuration files in SQLite's, with the schema of Asterisk's ast_config. */
export default defineModule({
  license: "MIT",
  description: "SQLite 3 realtime config engine",
  loadPriority: "realtime_driver",
  async load(host) {
    databases = new Map();
    if (!await configure(host)) return LoadResult.DECLINE;
    host.realtime("sqlite3", { load: (request) => load(host, request) });
    return LoadResult.SUCCESS;
  },
  async reload(host) {
    return await configure(host) ? 0 : -1;
  },
});
