// Gives back what it is sent: the least that any answer from a Worker can be.
const scope = globalThis as unknown as { onmessage: unknown; postMessage(message: unknown): void };

scope.onmessage = ({ data }: MessageEvent<unknown>): void => scope.postMessage(data);
