/** The double as a process of its own: `node --import ./test/support/source-hooks.js test/eventstoredb-double/main.ts [port]`. Ends with its input. */
import { EventStoreDbDouble } from './server.js';

const double = await EventStoreDbDouble.start({ port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${double.url}\n`);
process.stdin.resume();
process.stdin.on('end', () => void double.stop());
