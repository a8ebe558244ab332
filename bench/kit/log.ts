/** What the product's parts say while they are measured: only what is wrong. */
export const quietLog = { info: () => undefined, warn: () => undefined, error: (message: string) => void process.stderr.write(`${message}\n`) };
