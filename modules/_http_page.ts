/**
 * The files of the status page, as they are sent.
 *
 * @module
 */
import icon from "./_page/icon.svg" with { type: "text" };
import page from "./_page/index.html" with { type: "text" };
import layout from "./_page/layout.js" with { type: "text" };
import script from "./_page/page.js" with { type: "text" };
import style from "./_page/style.css" with { type: "text" };

/** What a browser may do with the page: run its script, ask this server, and nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

/** Files by path: type and text. */
export const PAGE_FILES: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "/": { type: "text/html; charset=utf-8", text: page },
  "/page/style.css": { type: "text/css; charset=utf-8", text: style },
  "/page/page.js": { type: "text/javascript; charset=utf-8", text: script },
  "/page/layout.js": { type: "text/javascript; charset=utf-8", text: layout },
  "/page/icon.svg": { type: "image/svg+xml", text: icon },
};
