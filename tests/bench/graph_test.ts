import { assert, assertEquals } from "@std/assert";
import { makeGraph, sortGraph, toCatalog, type Vertex } from "../../bench/graph.ts";

Deno.test("makeGraph() gives as many vertices and edges as asked, the same at every call", () => {
  const graph = makeGraph(100, 500);
  assertEquals(graph.length, 100);
  assertEquals(graph.reduce((sum, { needs }) => sum + needs.length, 0), 500);
  assertEquals(graph.every(({ needs }) => new Set(needs).size === needs.length), true);
  assertEquals(makeGraph(100, 500), graph);
});

Deno.test("sortGraph() puts what is needed first", () => {
  const graph = makeGraph(300, 1500);
  const sorted = sortGraph(graph);
  const places = new Map(sorted.map((name, place) => [name, place]));
  assertEquals(places.size, graph.length);
  const place = (name: string) => places.get(name) as number;
  assert(graph.every(({ name, needs }) => needs.every((need) => place(need) < place(name))));
});

Deno.test("sortGraph() survives a chain that is longer than the stack", () => {
  const chain: Vertex[] = Array.from({ length: 50_000 }, (_, index) => ({
    name: `m${index}`,
    needs: index === 0 ? [] : [`m${index - 1}`],
  }));
  assertEquals(sortGraph(chain.reverse())[0], "m0");
});

Deno.test("toCatalog() carries every edge as a use", () => {
  const graph = makeGraph(20, 40);
  const catalog = toCatalog(graph);
  assertEquals(catalog.map(({ manifest }) => manifest.uses.map(({ name }) => name)), graph.map(({ needs }) => needs));
});
