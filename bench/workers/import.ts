// Imports what it is told and says when that is done.
const scope = globalThis as unknown as { onmessage: unknown; postMessage(message: unknown): void };

scope.onmessage = async ({ data }: MessageEvent<string>): Promise<void> => {
  const module = await import(data);
  scope.postMessage(typeof module.default);
};
