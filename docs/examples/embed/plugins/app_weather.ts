/*** MODULEINFO
  <support_level>extended</support_level>
  <use type="service">notes</use>
  <permission type="read">${astdatadir}/cities</permission>
***/
/*** DOCUMENTATION
  <application name="Weather"><synopsis>Tells the weather of a city.</synopsis></application>
***/
import { defineModule, LoadResult, type ModuleHost } from "asterism";

/** What the program provides: see `main.ts`. */
interface Notes {
  add(text: string): void;
}

export default defineModule({
  license: "MIT",
  description: "Weather reports",
  async load(host: ModuleHost) {
    const { service: notes } = await host.use<Notes>("service=notes");
    host.application("Weather", async (call, city) => {
      const weather = (await Deno.readTextFile(`${host.directories.astdatadir}/cities/${city}.txt`)).trim();
      await notes.add(`somebody asked for ${city}`);
      await call.print(`${city}: ${weather}`);
    });
    return LoadResult.SUCCESS;
  },
});
