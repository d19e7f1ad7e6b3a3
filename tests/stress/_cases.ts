/** How a module calls each remote method, and what it takes: the argument kinds are those of `_values.ts`. */

/** A call of one remote method. */
export interface StressCase {
  /** Kinds of its arguments. */
  readonly takes: readonly string[];
  /** The body of `async (host, a, tools)`: makes the call and gives its answer. */
  readonly body: string;
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
  "HandleMethods.registerApplication": direct("application", "name", "handler"),
  "HandleMethods.registerFunction": direct("function", "name", "handlers"),
  "HandleMethods.registerService": direct("service", "name", "methods"),
  "HandleMethods.registerRealtime": {
    takes: ["name", "handler"],
    body: `return await host.realtime(a[0], { load: a[1] });`,
  },
  "HandleMethods.registerCommand": {
    takes: ["command", "text", "text", "handler"],
    body: `return await host.command({ command: a[0], summary: a[1], usage: a[2], handler: a[3] });`,
  },
  "HandleMethods.unregister": direct("unregister", "type", "name"),
  "HandleMethods.use": {
    takes: ["thing"],
    body: `const used = await host.use(a[0]); tools.maybe(() => used.release()); return used;`,
  },
  "HandleMethods.references": {
    takes: ["thing", "text"],
    body: `return await host.hold(a[0], { as: a[1] }).then((held) => held.release());`,
  },
  "HandleMethods.runApplication": direct("runApplication", "application", "text"),
  "HandleMethods.readFunction": direct("readFunction", "function", "text"),
  "HandleMethods.config": direct("config", "file"),
  "HandleMethods.modules": direct("modules"),
  "HandleMethods.execute": { ...direct("execute", "line"), weight: 0.2 },
  "HandleMethods.pbx": {
    takes: ["contents"],
    body: `return await host.pbx.replace(a[0]);`,
    weight: 0.1,
  },
  "HandleMethods.database": { takes: ["key"], body: `return await host.db.get(a[0]);` },
  "HandleMethods.admin": { takes: [], body: `return await host.admin.status();` },
  "HandleMethods.user": {
    takes: ["text", "handler"],
    body: `const user = await host.user(a[0], a[1]); tools.maybe(() => user.release());`,
  },
  "HandleMethods.blockUnload": direct("blockUnload"),
  "HandleMethods.saveState": {
    // Its own state comes last, or it would not know after a restart how far it was.
    takes: ["value"],
    body: `try { await host.saveState(a[0]); } finally { await tools.save(); }`,
    weight: 0.1,
  },
  "PbxMethods.replace": { takes: ["contents"], body: `return await host.pbx.replace(a[0]);`, weight: 0.2 },
  "PbxMethods.add": { takes: ["context", "step"], body: `return await host.pbx.add(a[0], a[1], { replace: true });` },
  "PbxMethods.remove": {
    takes: ["context", "extension", "number"],
    body: `return await host.pbx.remove(a[0], a[1], a[2]);`,
  },
  "PbxMethods.channel": {
    takes: ["channel"],
    body: `const call = await host.pbx.channel(a[0], tools.peer); tools.calls(call); return call.name;`,
  },
  "DatabaseMethods.get": { takes: ["key"], body: `return await host.db.get(a[0]);` },
  "DatabaseMethods.put": { takes: ["key", "text"], body: `return await host.db.put(a[0], a[1]);` },
  "DatabaseMethods.del": { takes: ["key"], body: `return await host.db.del(a[0]);` },
  "DatabaseMethods.deltree": { takes: ["key"], body: `return await host.db.deltree(a[0]);` },
  "DatabaseMethods.tree": { takes: ["key"], body: `return await host.db.tree(a[0]);`, weight: 0.2 },
  "AdminMethods.registerManagerAction": {
    takes: ["name", "text", "text", "privilege", "handler"],
    body: `return await host.managerAction({ action: a[0], synopsis: a[1], description: a[2], privilege: a[3], ` +
      `handler: a[4] });`,
  },
  "AdminMethods.managerEvent": {
    takes: ["name", "privilege", "headers"],
    body: `return await host.managerEvent(a[0], a[1], a[2]);`,
  },
  "AdminMethods.modules": { ...admin("modules"), weight: 0.3 },
  "AdminMethods.realms": admin("realms"),
  "AdminMethods.logTail": { ...admin("logTail", "number"), weight: 0.3 },
  "AdminMethods.findModule": admin("findModule", "module"),
  "AdminMethods.load": { ...admin("load", "module"), weight: 0.02 },
  "AdminMethods.unload": { ...admin("unload", "module"), weight: 0.02 },
  "AdminMethods.reload": { ...admin("reload", "module"), weight: 0.02 },
  "AdminMethods.reloadAll": { ...admin("reloadAll"), weight: 0.005 },
  "AdminMethods.refresh": { ...admin("refresh", "module", "value"), weight: 0.02 },
  "AdminMethods.status": admin("status"),
  "AdminMethods.calls": { ...admin("calls"), weight: 0.3 },
  "AdminMethods.run": { ...admin("run", "line"), weight: 0.2 },
  "AdminMethods.readConfig": { ...admin("readConfig", "file", "filter"), weight: 0.5 },
  "AdminMethods.onEvent": {
    takes: ["handler"],
    body: `const told = await host.admin.onEvent(a[0]); tools.maybe(() => told.release());`,
  },
  "AdminMethods.managerActions": { ...admin("managerActions"), weight: 0.3 },
  "AdminMethods.runManagerAction": {
    takes: ["name", "text", "headers"],
    body: `return await host.admin.runManagerAction(a[0], { user: a[1], headers: a[2] });`,
  },
  "ReferenceMethods.hold": {
    takes: ["thing", "text", "handler"],
    body: `const held = await host.hold(a[0], { as: a[1], cancel: a[2] }); tools.maybe(() => held.release());`,
  },
  "ReferenceMethods.onAvailable": {
    takes: ["thing", "handler"],
    body: `const told = await host.onAvailable(a[0], a[1]); tools.maybe(() => told.release());`,
  },
  "Call.variable": { takes: ["name"], body: inCall("variable", 1) },
  "Call.setVariable": { takes: ["name", "text"], body: inCall("setVariable", 2) },
  "Call.location": { takes: [], body: inCall("location", 0) },
  "Call.setLocation": { takes: ["place"], body: inCall("setLocation", 1) },
  "Call.findLabel": { takes: ["place"], body: inCall("findLabel", 1) },
  "Call.print": { takes: ["text"], body: inCall("print", 1) },
  "Call.readLine": { takes: ["number"], body: inCall("readLine", 1), weight: 0.2 },
  "Call.answer": { takes: [], body: inCall("answer", 0) },
  "Call.ended": { takes: [], body: inCall("ended", 0) },
  "Channel.receive": { takes: ["text"], body: `return await tools.call()?.receive(a[0]);` },
  "Channel.hangup": { takes: [], body: `return await tools.call()?.hangup();` },
  "Service.method": {
    takes: ["value", "value", "handler"],
    body: `return await tools.service(host).then(({ service }) => service.give(a[0], a[1], a[2]));`,
  },
  "Service.release": {
    takes: ["value"],
    body: `const used = await host.use("service=Own"); await used.service.give(a[0]).catch(() => {}); ` +
      `await used.release();`,
  },
  "Hold.release": {
    takes: ["text"],
    body: `const held = await host.hold("application=Own", { as: a[0] }); await held.release(); await held.release();`,
  },
  "User.release": {
    takes: ["text"],
    body: `const user = await host.user(a[0], () => {}); await user.release(); await user.release();`,
  },
  "Notice.log": { takes: ["value", "text"], body: `host.log.verbose(a[0], a[1]); host.log.debug(a[1]);`, weight: 0.2 },
};
