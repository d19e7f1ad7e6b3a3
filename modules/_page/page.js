/**
 * The status page: shows what `/events` sends, as text only, and never anything as HTML.
 *
 * @module
 */
import { formatSpan, layoutGraph, moodOf } from "./layout.js";

const SVG = "http://www.w3.org/2000/svg";
/** Lines of the log that stay on the page. */
const MAXIMUM_LINES = 300;
const byId = (id) => document.getElementById(id);

let status;
let lastLine = 0;
let busy = false;

/** An element with text and children. */
function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, options);
  made.append(...children);
  return made;
}

function show() {
  const { version, startedAt, now, modules, realms, actions } = status;
  byId("version").textContent = version;
  const counts = Map.groupBy(modules, ({ state }) => state);
  const states = [...counts].map(([state, list]) => `${list.length} ${state}`).join(", ");
  byId("summary").textContent = `${modules.length} modules: ${states}; up ${formatSpan(now - startedAt)}`;
  byId("token-label").hidden = !actions;
  showModules(modules);
  showGraph(modules);
  byId("realms").replaceChildren(...realms.map(({ realm, modules, memory }) =>
    element(
      "li",
      {},
      element("span", { textContent: realm }),
      element("span", { textContent: memory > 0 ? `${(memory / 2 ** 20).toFixed(1)} MiB` : "–" }),
      element("span", { textContent: modules.join(", ") }),
    )
  ));
}

/** Items by module; they stay, so that whoever has one open or in focus keeps it. */
const items = new Map();

function showModules(modules) {
  const list = byId("list");
  for (const [name, item] of items) {
    if (modules.some((module) => module.name === name)) continue;
    item.root.remove();
    items.delete(name);
  }
  for (const module of modules) {
    if (!items.has(module.name)) items.set(module.name, newItem(module.name));
    const item = items.get(module.name);
    if (!item.root.isConnected) list.append(item.root);
    fillItem(item, module);
  }
  applyFilter();
}

function newItem(name) {
  const parts = {
    state: element("span", { className: "state" }),
    text: element("span", { className: "text" }),
    realm: element("span", { className: "realm" }),
    facts: element("dl"),
    buttons: element("div", { className: "buttons" }),
  };
  const summary = element(
    "summary",
    {},
    element("span", { className: "name", textContent: name }),
    parts.state,
    parts.text,
    parts.realm,
  );
  for (const action of ["load", "unload", "reload", "refresh"]) {
    const button = element("button", { type: "button", textContent: action });
    button.addEventListener("click", () => act(action, name));
    button.setAttribute("aria-label", `${action} ${name}`);
    parts.buttons.append(button);
  }
  const root = element("li", { id: `module-${name}` }, element("details", {}, summary, parts.facts, parts.buttons));
  return { root, parts, shown: "" };
}

function fillItem(item, module) {
  const shown = JSON.stringify([module, status.actions]);
  if (item.shown === shown) return;
  item.shown = shown;
  const { parts } = item;
  item.root.className = moodOf(module.state);
  parts.state.textContent = module.state;
  parts.text.textContent = module.reason || module.description;
  parts.realm.textContent = module.realm;
  parts.facts.replaceChildren(
    ...factsOf(module).flatMap(([term, values]) => [
      element("dt", { textContent: term }),
      element("dd", {}, ...(values.length === 0 ? ["–"] : values)),
    ]),
  );
  parts.buttons.hidden = !status.actions;
}

function factsOf({ description, reason, supportLevel, asked, granted, effective, users, uses, activity }) {
  const codes = (text) => text.split(" ").filter(Boolean).map((one) => element("code", { textContent: one }));
  const { calls, failures, seconds, starts } = activity;
  const mean = calls === 0 ? "" : `, ${(seconds / calls * 1000).toFixed(1)} ms each`;
  return [
    ["Description", [`${description} (${supportLevel})`]],
    ...(reason ? [["Why not", [reason]]] : []),
    ["Asks for", codes(asked)],
    ["Granted", codes(granted)],
    ["Runs with", codes(effective)],
    ["Used by", users.length === 0 ? [] : [users.join(", ")]],
    [
      "Uses",
      uses.length === 0 ? [] : [uses.map(({ kind, what, to }) => `${kind} ${what} (${to || "nobody"})`).join(", ")],
    ],
    ["Calls", [`${calls}${mean}, ${failures} failed; started ${starts} times`]],
  ];
}

function applyFilter() {
  const wanted = byId("filter").value.trim().toLowerCase();
  for (const { name, state } of status?.modules ?? []) {
    items.get(name).root.hidden = !`${name} ${state}`.toLowerCase().includes(wanted);
  }
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

let drawn = "";

function showGraph(modules) {
  const key = JSON.stringify(modules.map(({ name, state, uses }) => [name, state, uses]));
  if (key === drawn) return;
  drawn = key;
  const { width, height, left, nodes, edges } = layoutGraph(modules);
  const states = new Map(modules.map(({ name, state }) => [name, state]));
  byId("graph-note").textContent = left === 0 ? "" : `${left} modules use nobody and are used by nobody.`;
  const arrow = svg("path", { d: "M0 0L8 4L0 8z" });
  const marker = { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" };
  byId("graph").replaceChildren(
    svg(
      "svg",
      { width, height, viewBox: `0 0 ${width} ${height}`, role: "group" },
      svg("defs", {}, svg("marker", marker, arrow)),
      ...edges.map(({ from, to, kind, what, path }) =>
        svg("path", { d: path, class: kind, "marker-end": "url(#arrow)" }, title(`${from} ${kind} ${what} of ${to}`))
      ),
      ...nodes.map((node) => drawNode(node, states.get(node.name))),
    ),
  );
}

function drawNode({ name, x, y, width, height }, state) {
  const link = svg(
    "a",
    { class: moodOf(state), href: `#module-${name}` },
    title(`${name}: ${state}`),
    svg("rect", { x, y, width, height, rx: 6 }),
    svg("text", { x: x + width / 2, y: y + height / 2 + 5, "text-anchor": "middle" }, name),
  );
  link.addEventListener("click", () => {
    items.get(name).root.querySelector("details").open = true;
  });
  return link;
}

function title(text) {
  return svg("title", {}, text);
}

function showLog(lines) {
  const list = byId("log");
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
  for (const { number, level, area, message, time } of lines) {
    if (number <= lastLine) continue;
    lastLine = number;
    list.append(element(
      "li",
      { className: level },
      element("time", { textContent: new Date(time).toLocaleTimeString("en-GB") }),
      ` ${level === "verbose" ? "" : `${level.toUpperCase()} `}${area}: ${message}`,
    ));
  }
  while (list.childElementCount > MAXIMUM_LINES) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

async function act(action, module) {
  if (busy) return;
  busy = true;
  answer(`${action} ${module} …`, true);
  try {
    const query = new URLSearchParams({ action, module });
    const headers = { authorization: `Bearer ${byId("token").value}` };
    const response = await fetch(`/actions?${query}`, { method: "POST", headers });
    answer((await response.text()).trim(), response.ok);
  } catch {
    answer("There was no answer", false);
  } finally {
    busy = false;
  }
}

function answer(text, good) {
  byId("answer").textContent = text;
  byId("answer").className = good ? "" : "bad";
}

function connect() {
  const connection = byId("connection");
  const events = new EventSource("/events");
  events.addEventListener("open", () => {
    connection.textContent = "live";
    connection.className = "";
  });
  events.addEventListener("error", () => {
    connection.textContent = "connection lost, trying again";
    connection.className = "lost";
    // A host that was started anew counts its lines from 1.
    lastLine = 0;
    byId("log").replaceChildren();
  });
  events.addEventListener("status", ({ data }) => {
    status = JSON.parse(data);
    show();
  });
  events.addEventListener("log", ({ data }) => showLog(JSON.parse(data)));
}

byId("filter").addEventListener("input", applyFilter);
connect();
