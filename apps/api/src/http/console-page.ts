import { createRequire } from 'node:module';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gzip } from 'node:zlib';
import type { renderGraphiQL } from '@graphql-yoga/render-graphiql';

type PageOptions = NonNullable<Parameters<typeof renderGraphiQL>[0]>;

/** GraphiQL is a script of nine million characters. A thread of its own loads it and ends: here it would stay on the heap three times over, 47 MB. */
const draw = `
const { parentPort, workerData } = require('node:worker_threads');
const { renderGraphiQL } = require(workerData.from);
parentPort.postMessage(renderGraphiQL(workerData.options));
`;

/** GraphiQL's page as a text. @throws Error where the package can't be loaded */
async function drawn(options: PageOptions): Promise<string> {
  const from = createRequire(import.meta.url).resolve('@graphql-yoga/render-graphiql');
  const worker = new Worker(draw, { eval: true, workerData: { from, options }, execArgv: [] });
  const [page] = (await once(worker, 'message')) as [string];
  await worker.terminate();
  return page;
}

/** The console's page, compressed (RFC 1952): drawn when it is first asked for, and again after a failure. */
export class ConsolePage {
  #drawing: Promise<Buffer> | undefined;

  constructor(
    private readonly options: PageOptions,
    private readonly finish: (page: string) => string,
  ) {}

  /** @throws Error where the page can't be drawn */
  compressed(): Promise<Buffer> {
    this.#drawing ??= this.#draw();
    return this.#drawing;
  }

  async #draw(): Promise<Buffer> {
    try {
      return await promisify(gzip)(this.finish(await drawn(this.options)));
    } catch (error) {
      this.#drawing = undefined;
      throw error;
    }
  }
}
