import config from "../../deno.json" with { type: "json" };

/** The version of Asterism. */
export const VERSION: string = config.version;

/** What it runs on, such as `deno 2.7.11 x86_64-unknown-linux-gnu`. */
export const BUILD: string = `deno ${Deno.version.deno} ${Deno.build.target}`;
