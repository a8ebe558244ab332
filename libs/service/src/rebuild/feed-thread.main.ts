import { parentPort, workerData } from 'node:worker_threads';
import { startBuildFeed } from '#libs/read-models';
import { openBeside } from '../beside.provider.js';
import { type FeedThreadData, feedThreadLimits } from './feed-thread.js';
import { rebuildablesOf } from './source.js';

// Who started the thread has said what is wrong with the installation, if anything is.
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

if (parentPort === null) throw new Error('unreachable: this is the entry of a thread');
const port = parentPort;
const { config, feed: name, databaseUrl } = workerData as FeedThreadData; // Given by startFeedThread.
const beside = await openBeside(config, silent);
const one = (await rebuildablesOf(config, beside, silent)).find((rebuildable) => rebuildable.name === name);
if (one === undefined) throw new Error(`there is no feed ${name}`);
const feed = startBuildFeed(one, beside.store, databaseUrl);
const tell = (): void => port.postMessage(feed.status());
const telling = setInterval(tell, feedThreadLimits.tellMs);

port.once('message', () => void end());

async function end(): Promise<void> {
  clearInterval(telling);
  await feed.stop();
  tell();
  await beside.close();
}
