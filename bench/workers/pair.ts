// One of two Workers with a port between them: gives back what it is sent, or asks and says how long an answer takes.
interface Order {
  readonly port?: MessagePort;
  readonly calls?: number;
  readonly atOnce?: number;
  readonly text?: string;
}

const scope = globalThis as unknown as { onmessage: unknown; postMessage(message: unknown): void };
let port: MessagePort;
const waiting: (() => void)[] = [];

scope.onmessage = async ({ data: { port: given, calls = 0, atOnce = 1, text = "" } }: MessageEvent<Order>) => {
  if (given !== undefined) {
    port = given;
    // The one that is given its port with a text asks; the other answers.
    port.onmessage = text === "" ? ({ data }) => port.postMessage(data) : () => waiting.shift()?.();
    return scope.postMessage("ready");
  }
  const ask = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      port.postMessage(text);
    });
  const began = performance.now();
  for (let done = 0; done < calls; done += atOnce) {
    if (atOnce === 1) await ask();
    else await Promise.all(Array.from({ length: atOnce }, ask));
  }
  scope.postMessage((performance.now() - began) * 1000 / calls);
};
