/** A copy of the checkout, for documents whose commands write into it. */
import { join } from "@std/path";
import { ROOT } from "../../tools/process.ts";
import { denoDirectory, runToEnd } from "../support/program.ts";

/** What of the root is not copied. */
const LEFT_OUT = [".git", "dist", "tests", "bench", "var", "mine", ".asterism_history"];

/** A copy that is removed at the end. */
export interface Checkout extends AsyncDisposable {
  /** Its root directory. */
  readonly directory: string;
  /** The environment that its commands run in. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs shell text there, and gives all that it wrote. Fails when it ends with another status, 0 when left out. */
  shell(text: string, status?: number): Promise<string>;
}

/** How documents call Deno; here it is there already. */
export const NPX = "npx -y deno@2.7.11";

/** Copies the checkout, with the times of its files: what is built is not built again. */
export async function copyCheckout(): Promise<Checkout> {
  const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "asterism-checkout-" }));
  const entries = [...Deno.readDirSync(ROOT)].map(({ name }) => name).filter((name) => !LEFT_OUT.includes(name));
  const env = { ...Deno.env.toObject(), HOME: directory, DENO_DIR: denoDirectory(), NO_COLOR: "1" };
  const shell = async (text: string, status = 0) => {
    const deno = text.replaceAll(NPX, `'${Deno.execPath()}'`);
    const launch = { command: "bash", args: ["-euo", "pipefail", "-c", `exec 2>&1\n${deno}`], env };
    const { code, stdout } = await runToEnd(launch, { cwd: directory, deadlineMs: 120_000 });
    if (code !== status) throw new Error(`Status ${code} instead of ${status} of\n${text}\nwhich wrote\n${stdout}`);
    return stdout;
  };
  await shell(`cp -a ${entries.map((name) => `'${join(ROOT, name)}'`).join(" ")} .`);
  return { directory, env, shell, [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
}
