/** How a module calls each remote method, and what it takes: the argument kinds are those of `_values.ts`. */

/** A call of one remote method. */
export interface StressCase {
  /** Kinds of its arguments. */
  readonly takes: readonly string[];
  /** The body of `async (host, a, tools)`: makes the call and gives its answer. */
  readonly body: string;
  /** Milliseconds that its answer is waited for: dialplans of a module come one after the other. @default {3_000} */
  readonly patience?: number;
  /** How often it is called in proportion to others: some answer slowly by their nature. @default {1} */
  readonly weight?: number;
}

const inCall = (method: string, count: number) =>
  `return await tools.inCall((call) => call.${method}(${
    Array.from({ length: count }, (_, n) => `a[${n}]`).join(", ")
  }));`;

const admin = (method: string, ...takes: string[]): StressCase => ({
  takes,
  body: `return await host.admin.${method}(${takes.map((_, n) => `a[${n}]`).join(", ")});`,
});

const direct = (method: string, ...takes: string[]): StressCase => ({
  takes,
  body: `return await host.${method}(${takes.map((_, n) => `a[${n}]`).join(", ")});`,
});

/** By method. */
export const CASES: Readonly<Record<string, StressCase>> = {
  "handle.registerApplication": direct("application", "name", "handler"),
  "handle.registerFunction": direct("function", "name", "handlers"),
  "handle.registerService": direct("service", "name", "methods"),
  "handle.registerRealtime": {
    takes: ["name", "handler"],
    body: `return await host.realtime(a[0], { load: a[1] });`,
  },
  "handle.registerCommand": {
    takes: ["command", "text", "text", "handler"],
    body: `return await host.command({ command: a[0], summary: a[1], usage: a[2], handler: a[3] });`,
  },
  "handle.unregister": direct("unregister", "type", "name"),
  "handle.use": {
    takes: ["thing"],
    body: `const used = await host.use(a[0]); tools.maybe(() => used.release()); return used;`,
  },
  "handle.references": {
    takes: ["thing", "text"],
    body: `return await host.hold(a[0], { as: a[1] }).then((held) => held.release());`,
  },
  "handle.runApplication": direct("runApplication", "application", "text"),
  "handle.readFunction": direct("readFunction", "function", "text"),
  "handle.config": direct("config", "file"),
  "handle.modules": direct("modules"),
  "handle.execute": { ...direct("execute", "line"), weight: 0.2 },
  "handle.pbx": {
    takes: ["contents"],
    body: `return await host.pbx.replace(a[0]);`,
    weight: 0.03,
    patience: 20_000,
  },
  "handle.database": { takes: ["key"], body: `return await host.db.get(a[0]);` },
  "handle.admin": { takes: [], body: `return await host.admin.status();` },
  "handle.user": {
    takes: ["text", "handler"],
    body: `const user = await host.user(a[0], a[1]); tools.maybe(() => user.release());`,
  },
  "handle.blockUnload": direct("blockUnload"),
  "handle.saveState": {
    // Its own state comes last, or it would not know after a restart how far it was.
    takes: ["value"],
    body: `try { await host.saveState(a[0]); } finally { await tools.save(); }`,
    weight: 0.1,
  },
  "pbx.draft": { takes: ["contents"], body: `return await host.pbx.replace(a[0]);`, weight: 0.03, patience: 20_000 },
  "draft.part": {
    takes: ["contents", "step"],
    body: `return await host.pbx.replace({ ...a[0], contexts: [{ name: "parts", includes: [], priorities: ` +
      `Array.from({ length: 1200 }, (_, n) => ({ ...a[1], priority: n + 1 })) }] });`,
    weight: 0.03,
    patience: 20_000,
  },
  "draft.commit": {
    takes: ["contents", "flag"],
    body: `return await host.pbx.replace({ ...a[0], contexts: [], clearGlobals: a[1] });`,
    weight: 0.03,
    patience: 20_000,
  },
  "draft.discard": {
    // What is refused when it is committed is given up.
    takes: ["contents", "value"],
    body: `return await host.pbx.replace({ ...a[0], globals: [{ name: "g", value: a[1] }] }).catch(() => {});`,
    weight: 0.03,
    patience: 20_000,
  },
  "pbx.add": { takes: ["context", "step"], body: `return await host.pbx.add(a[0], a[1], { replace: true });` },
  "pbx.remove": {
    takes: ["context", "extension", "number"],
    body: `return await host.pbx.remove(a[0], a[1], a[2]);`,
  },
  "pbx.channel": {
    takes: ["channel"],
    body: `const call = await host.pbx.channel(a[0], tools.peer); tools.calls(call); return call.name;`,
  },
  "database.get": { takes: ["key"], body: `return await host.db.get(a[0]);` },
  "database.put": { takes: ["key", "text"], body: `return await host.db.put(a[0], a[1]);` },
  "database.del": { takes: ["key"], body: `return await host.db.del(a[0]);` },
  "database.deltree": { takes: ["key"], body: `return await host.db.deltree(a[0]);` },
  "database.tree": { takes: ["key"], body: `return await host.db.tree(a[0]);`, weight: 0.2 },
  "admin.registerManagerAction": {
    takes: ["name", "text", "text", "privilege", "handler"],
    body: `return await host.managerAction({ action: a[0], synopsis: a[1], description: a[2], privilege: a[3], ` +
      `handler: a[4] });`,
  },
  "admin.managerEvent": {
    takes: ["action", "privilege", "headers"],
    body: `return await host.managerEvent(a[0], a[1], a[2]);`,
  },
  "admin.modules": { ...admin("modules"), weight: 0.3 },
  "admin.realms": admin("realms"),
  "admin.logTail": { ...admin("logTail", "number"), weight: 0.3 },
  "admin.findModule": admin("findModule", "module"),
  "admin.load": { ...admin("load", "module"), weight: 0.02 },
  "admin.unload": { ...admin("unload", "module"), weight: 0.02 },
  "admin.reload": { ...admin("reload", "module"), weight: 0.02 },
  "admin.reloadAll": { ...admin("reloadAll"), weight: 0.005 },
  "admin.refresh": { ...admin("refresh", "module", "flag"), weight: 0.02 },
  "admin.status": admin("status"),
  "admin.calls": { ...admin("calls"), weight: 0.3 },
  "admin.run": { ...admin("run", "line"), weight: 0.2 },
  "admin.readConfig": { ...admin("readConfig", "file", "filter"), weight: 0.5 },
  "admin.onEvent": {
    takes: ["handler"],
    body: `const told = await host.admin.onEvent(a[0]); tools.maybe(() => told.release());`,
  },
  "admin.managerActions": { ...admin("managerActions"), weight: 0.3 },
  "admin.runManagerAction": {
    takes: ["action", "name", "headers"],
    body: `return await host.admin.runManagerAction(a[0], { user: a[1], headers: a[2] });`,
  },
  "references.hold": {
    takes: ["thing", "text", "handler"],
    body: `const held = await host.hold(a[0], { as: a[1], cancel: a[2] }); tools.maybe(() => held.release());`,
  },
  "references.onAvailable": {
    takes: ["thing", "handler"],
    body: `const told = await host.onAvailable(a[0], a[1]); tools.maybe(() => told.release());`,
  },
  "call.variable": { takes: ["name"], body: inCall("variable", 1) },
  "call.setVariable": { takes: ["name", "text"], body: inCall("setVariable", 2) },
  "call.location": { takes: [], body: inCall("location", 0) },
  "call.setLocation": { takes: ["place"], body: inCall("setLocation", 1) },
  "call.findLabel": { takes: ["label"], body: inCall("findLabel", 1) },
  "call.print": { takes: ["text"], body: inCall("print", 1) },
  "call.log": { takes: ["level", "text", "number"], body: inCall("log", 3) },
  "call.readLine": { takes: ["number"], body: inCall("readLine", 1), weight: 0.2 },
  "call.answer": { takes: [], body: inCall("answer", 0) },
  "call.ended": { takes: [], body: inCall("ended", 0) },
  "channel.receive": { takes: ["text"], body: `return await tools.call()?.receive(a[0]);` },
  "channel.hangup": { takes: [], body: `return await tools.call()?.hangup();` },
  "service.method": {
    takes: ["value", "value", "handler"],
    body: `return await tools.service(host).then(({ service }) => service.give(a[0], a[1], a[2]));`,
  },
  "service.release": {
    takes: ["value"],
    body: `const used = await host.use("service=Own"); await used.service.give(a[0]).catch(() => {}); ` +
      `await used.release();`,
  },
  "hold.release": {
    takes: ["text"],
    body: `const held = await host.hold("application=Own", { as: a[0] }); await held.release(); await held.release();`,
  },
  "user.release": {
    takes: ["text"],
    body: `const user = await host.user(a[0], () => {}); await user.release(); await user.release();`,
  },
  "notice.log": { takes: ["value", "text"], body: `host.log.verbose(a[0], a[1]); host.log.debug(a[1]);`, weight: 0.2 },
};
