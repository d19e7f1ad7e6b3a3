/**
 * The status page of the compiled program in a headless Chromium, which npm brings: what a person sees, does with keys,
 * and what happens without a reload. PAGE_SHOTS=DIRECTORY keeps pictures.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import chromium from "@sparticuz/chromium";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { launch, runToEnd } from "../support/program.ts";
import { Session } from "../support/session.ts";
import { stage } from "../support/stage.ts";

const TOKEN = "correct-horse-battery";

const FILES = {
  "asterism.conf": "[directories]\nastetcdir => .\nastmoddir => .\nastdatadir => .\nastrundir => .\nastlogdir => .\n" +
    "[options]\ncall_timeout = 5\nheartbeat_interval = 0.3\nheartbeat_timeout = 0.5\n",
  "modules.conf": `[modules]
autoload = yes
noload = manager
noload = func_cut
[permissions]
default = none
cdr_custom = write=\${astlogdir}/cdr-custom
res_clialiases = host=command
res_http = net=127.0.0.1
res_http = host=modules,status,events,log
res_http_actions = host=loader
[realms]
fragile = dedicated
`,
  "http.conf": `[general]\nenabled = yes\nbindport = 0\npage = yes\n[actions]\ntoken = ${TOKEN}\n`,
  "cli_aliases.conf": "[general]\n",
  "fragile.js": `import { defineModule, LoadResult } from "asterism";
export default defineModule({ license: "MIT", description: "<b>Breaks</b> when told so", load(host) {
  host.command({ command: "fragile break", summary: "", handler: () => { for (;;); } });
  return LoadResult.SUCCESS;
} });
`,
  "fragile.manifest": "[module]\nname = fragile\nchecksum = {{sha256:fragile.js}}\n" +
    "description = <b>Breaks</b> when told so\nlicense = MIT\nsupport_level = extended\n[provides]\ncommand = fragile break\n",
};

/** Only there can the package's Chromium run. */
const ignore = Deno.build.target !== "x86_64-unknown-linux-gnu";

async function openBrowser(): Promise<Browser> {
  return await puppeteer.launch({
    executablePath: await chromium.executablePath(),
    headless: "shell",
    args: ["--no-sandbox", "--no-zygote", "--single-process", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** Waits until something on the page is so. */
async function until(page: Page, condition: string): Promise<void> {
  try {
    await page.waitForFunction(condition, { timeout: 20_000, polling: 100 });
  } catch (cause) {
    throw new Error(`${condition}: not so on\n${await page.evaluate("document.body.innerText")}`, { cause });
  }
}

async function picture(page: Page, name: string): Promise<void> {
  const directory = Deno.env.get("PAGE_SHOTS");
  if (directory !== undefined) await page.screenshot({ path: `${directory}/${name}.png`, fullPage: true });
}

const STATE = (name: string) => `document.querySelector("#module-${name} .state")?.textContent`;

Deno.test("the status page in a browser", { ignore, sanitizeOps: false, sanitizeResources: false }, async () => {
  await using staged = await stage({ files: FILES });
  const program = launch("binary", staged.directory);
  const start = { ...program, args: [...program.args, "-C", "asterism.conf", "-vvv"] };
  await using session = Session.start(start, { cwd: staged.directory });
  const port = /:(\d+)\n/.exec(await session.waitFor(/HTTP server bound to 127\.0\.0\.1:\d+\n/))?.[1];
  await session.waitFor(/Asterism Ready\.\n/);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(`http://127.0.0.1:${port}/`);
    await until(page, `${STATE("fragile")} === "running"`);
    await picture(page, "light-1280");
    const text = await page.evaluate("document.body.innerText") as string;
    assertStringIncludes(text, "<b>Breaks</b> when told so");
    assertStringIncludes(text, "live");
    assert(await page.evaluate("document.querySelectorAll('svg a').length >= 3"));
    assertStringIncludes(text, "loader: ");

    await breakByCommand(staged.directory);
    await until(page, `${STATE("fragile")} === "failed"`);
    const red = await page.evaluate("getComputedStyle(document.querySelector('#module-fragile')).borderLeftColor");
    assertEquals(red, "rgb(161, 22, 22)");
    await until(
      page,
      "[...document.querySelectorAll('#log .error')].some((line) => line.textContent.includes('fragile'))",
    );
    await picture(page, "failed-1280");
    await useKeys(page);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await picture(page, "dark-1280");
    assertEquals(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(20, 22, 26)");
    await page.emulateMediaFeatures([]);
    await page.setViewport({ width: 360, height: 740 });
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    assertEquals(wide, 360, "something is wider than the screen");
    await picture(page, "light-360");
    // What a browser says of the wrong token.
    assertEquals(complaints, ["Failed to load resource: the server responded with a status of 403 (Forbidden)"]);

    session.signal("SIGTERM");
    await until(page, "document.querySelector('#connection').className === 'lost'");
  } finally {
    await browser.close();
  }
  assertEquals(await session.ended(), 0);
});

/** Types a command on a remote console that ends the module's realm. */
async function breakByCommand(directory: string): Promise<void> {
  const program = launch("binary", directory);
  await runToEnd({ ...program, args: [...program.args, "-C", "asterism.conf", "-r", "-x", "fragile break"] }, {
    cwd: directory,
    deadlineMs: 30_000,
  });
}

/** Opens a module, gives the token and presses a button, all with the keyboard. */
async function useKeys(page: Page): Promise<void> {
  await page.focus("#module-fragile summary");
  await page.keyboard.press("Enter");
  assertEquals(await page.evaluate("document.querySelector('#module-fragile details').open"), true);
  await page.focus("#token");
  await page.keyboard.type("wrong");
  await page.focus("#module-fragile button");
  await page.keyboard.press("Enter");
  await until(page, "document.querySelector('#answer').textContent === 'The token is wrong'");
  await page.evaluate("document.querySelector('#token').value = ''");
  await page.focus("#token");
  await page.keyboard.type(TOKEN);
  await page.focus("#module-fragile button");
  await page.keyboard.press("Enter");
  await until(page, `${STATE("fragile")} === "running"`);
  // It is still open and in focus although its facts have changed.
  const kept =
    "document.querySelector('#module-fragile details').open && document.activeElement.textContent === 'load'";
  assertEquals(await page.evaluate(kept), true);
  await page.focus("#filter");
  await page.keyboard.type("fragile");
  assertEquals(
    await page.evaluate("[...document.querySelectorAll('#list > li')].filter((li) => !li.hidden).length"),
    1,
  );
  await page.keyboard.press("Escape");
  await page.evaluate("const f = document.querySelector('#filter'); f.value = ''; f.dispatchEvent(new Event('input'))");
}
