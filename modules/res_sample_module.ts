/*** MODULEINFO
  <support_level>extended</support_level>
  <config>sample.conf</config>
***/

/*** DOCUMENTATION
  <application name="Sample">
    <synopsis>Prints a greeting to whoever made the call.</synopsis>
    <syntax>
      <parameter name="whom">
        <para>Follows the greeting.</para>
      </parameter>
    </syntax>
    <description>
      <para>Prints the greeting of sample.conf and after it the arguments.</para>
    </description>
  </application>
  <command name="sample show greeting">
    <synopsis>Show the greeting</synopsis>
    <description>
      <para>Shows the greeting that the application Sample prints.</para>
    </description>
  </command>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";

const DEFAULT_GREETING = "Hello from Asterism";

let greeting = DEFAULT_GREETING;

/** Reads sample.conf, which may be missing. Load and reload share it, so that both end with the same settings. */
async function configure(host: ModuleHost): Promise<void> {
  const config = await host.config("sample.conf");
  greeting = config?.section("general")?.get("greeting") || DEFAULT_GREETING;
}

/** What a first module shows: settings, an application, a command, reload. */
export default defineModule({
  license: "MIT",
  description: "Sample module",
  async load(host) {
    await configure(host);
    host.application("Sample", async (call, args) => {
      await call.print(args === "" ? greeting : `${greeting}, ${args}`);
    });
    host.command({
      command: "sample show greeting",
      summary: "Show the greeting",
      usage: "sample show greeting\n       Shows the greeting that the application Sample prints.\n",
      handler: () => `${greeting}\n`,
    });
    return LoadResult.SUCCESS;
  },
  reload: configure,
});
