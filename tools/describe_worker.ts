/**
 * Imports built modules without any permission and tells what they say of themselves. Why it exists: licence and
 * description stand in `defineModule`, and only JavaScript can say what an expression in there comes to.
 *
 * Each message is a module's text; the answer is `{ facts }` or `{ fault }`.
 *
 * @module
 */
import "asterism";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<string>) => void;
  postMessage(message: unknown): void;
};

scope.onmessage = async ({ data }) => {
  try {
    const url = `data:text/javascript;base64,${new TextEncoder().encode(data).toBase64()}`;
    const definition: unknown = (await import(url)).default;
    if (typeof definition !== "object" || definition === null) throw new Error("it has no default export");
    const { license, description, loadPriority } = definition as Record<string, unknown>;
    scope.postMessage({ facts: { license, description, loadPriority } });
  } catch (error) {
    scope.postMessage({ fault: error instanceof Error ? error.message : String(error) });
  }
};
