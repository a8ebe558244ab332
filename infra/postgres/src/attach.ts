import { join, resolve } from 'node:path';
import { withClient } from './client.js';
import { readSecrets } from './cluster.js';
import { readPointer } from './data-folder.js';
import { embeddedUrls, type EmbeddedUrls } from './embedded-urls.js';
import { readSocketFolder } from './socket-folder.js';

/**
 * The addresses of the server that a running service has on this data folder; null where none answers. For tools beside the service, such as the
 * audit: whoever may read the folder's secrets may connect, and nobody else.
 */
export async function attachEmbedded(dataFolder: string): Promise<EmbeddedUrls | null> {
  const own = join(resolve(dataFolder), 'postgres');
  const home = (await readPointer(own).catch(() => null))?.home ?? own;
  const [socketFolder, secrets] = await Promise.all([readSocketFolder(home), readSecrets(join(home, 'data'))]);
  if (socketFolder === null || secrets === null) return null;
  const urls = embeddedUrls(socketFolder, secrets);
  return withClient(urls.serviceUrl, (client) => client.query('SELECT 1')).then(
    () => urls,
    () => null,
  );
}
