/** Loaded into a measured server: on SIGWINCH (no shutdown hook listens to it) it collects fully and prints the live heap, once the feeds had time to go idle. */
process.on('SIGWINCH', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  process.stdout.write(`live heap ${process.memoryUsage().heapUsed}\n`);
});
