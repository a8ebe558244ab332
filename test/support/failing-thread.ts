/** Run as a program of its own: starts the thread of a feed that there is not, and prints how the feed stands when it has ended. */
import { setImmediate as turn } from 'node:timers/promises';
import { readConfig } from '#libs/config';
import { startFeedThread } from '../../libs/service/src/rebuild/feed-thread.js';

const config = readConfig(process.env);
const feed = startFeedThread({ config, feed: 'none', databaseUrl: config.databaseUrl ?? '' });
while (feed.status().state === 'STANDBY') await turn();
await feed.stop();
const { state, lastError } = feed.status();
process.stdout.write(JSON.stringify({ state, lastError }));
