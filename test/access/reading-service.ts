/**
 * The service as `npm start` runs it, for measuring what the record of reads costs. With `RECORD=off`, which is no mode of the product, every read is
 * answered as if it had been recorded.
 */
import 'reflect-metadata';
import { readConfig } from '#libs/config';
import { READ_RECORDER, type ReadRecorder } from '#libs/reads/port';
import { announce } from '../../apps/api/src/announce.js';
import { createApplication } from '../../apps/api/src/application.js';

const config = readConfig(process.env);
const app = await createApplication(config);
if (process.env['RECORD'] === 'off') app.get<ReadRecorder>(READ_RECORDER).record = () => Promise.resolve();
await app.listen(config.port, config.host);
await announce(app, config);
