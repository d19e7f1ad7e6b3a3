/**
 * Draws Graphviz text. In a file of its own, for the library is larger than the program: it is loaded when somebody asks
 * for a picture.
 *
 * @module
 */
import { Graphviz } from "@hpcc-js/wasm-graphviz";

/**
 * A picture of a graph.
 *
 * @param dot the graph in Graphviz's language
 * @returns an SVG document
 */
export async function drawSvg(dot: string): Promise<string> {
  const graphviz = await Graphviz.load();
  return graphviz.layout(dot, "svg", "dot");
}
