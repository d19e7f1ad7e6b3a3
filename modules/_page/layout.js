/**
 * Where the modules stand in the picture. Pure, so that tests need no browser.
 *
 * @module
 */

/** Sizes in pixels. */
const BOX = { height: 28, gap: 14, column: 70, letter: 8, padding: 20 };

/**
 * Places modules in columns: whoever uses another stands to the left of it. Modules without any relation are left out.
 *
 * @param {{ name: string, uses: { to: string, kind: string, what: string }[] }[]} modules sorted by name
 * @returns {{
 *   width: number, height: number, left: number,
 *   nodes: { name: string, x: number, y: number, width: number, height: number }[],
 *   edges: { from: string, to: string, kind: string, what: string, path: string }[],
 * }} `left` is how many were left out
 */
export function layoutGraph(modules) {
  const names = new Set(modules.map(({ name }) => name));
  const edges = modules.flatMap(({ name, uses }) =>
    uses.filter(({ to }) => to !== name && names.has(to)).map((use) => ({ from: name, ...use }))
  );
  const related = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const columns = columnsOf([...related].sort(), edges);
  const nodes = placeNodes(columns);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return {
    width: Math.max(0, ...nodes.map(({ x, width }) => x + width)) + BOX.padding,
    height: Math.max(0, ...nodes.map(({ y }) => y + BOX.height)) + BOX.padding,
    left: modules.length - related.size,
    nodes,
    edges: edges.map((edge) => ({ ...edge, path: pathOf(byName.get(edge.from), byName.get(edge.to)) })),
  };
}

/** Names by column: a module's column is the length of the longest chain of users that leads to it. */
function columnsOf(names, edges) {
  const users = Map.groupBy(edges, ({ to }) => to);
  const depths = new Map();
  const depth = (name, above) => {
    const known = depths.get(name);
    if (known !== undefined || above.has(name)) return known ?? 0;
    above.add(name);
    const found = Math.max(0, ...(users.get(name) ?? []).map(({ from }) => depth(from, above) + 1));
    above.delete(name);
    depths.set(name, found);
    return found;
  };
  const columns = [];
  for (const name of names) (columns[depth(name, new Set())] ??= []).push(name);
  // A ring of uses can leave a column empty.
  return [...columns].map((column) => column ?? []);
}

function placeNodes(columns) {
  let x = BOX.padding;
  return columns.flatMap((names) => {
    const width = Math.max(0, ...names.map((name) => name.length)) * BOX.letter + BOX.padding;
    const nodes = names.map((name, row) => ({
      ...{ name, x, width, height: BOX.height },
      y: BOX.padding + row * (BOX.height + BOX.gap),
    }));
    x += names.length === 0 ? 0 : width + BOX.column;
    return nodes;
  });
}

function pathOf(from, to) {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** How good a state is: the class of whatever shows it. */
export function moodOf(state) {
  if (state === "running") return "good";
  if (state === "failed" || state === "declined") return "bad";
  return state === "not loaded" || state === "stopped" ? "off" : "wait";
}

/** `3 d 4 h`, `5 min`, `12 s`: the two largest units. */
export function formatSpan(milliseconds) {
  let rest = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [];
  for (const [unit, seconds] of [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]]) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
