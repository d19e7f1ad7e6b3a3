import config from "../../deno.json" with { type: "json" };

/** The version of Asterism. */
export const VERSION: string = config.version;
