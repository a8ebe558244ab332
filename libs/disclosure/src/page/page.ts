import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders to climb from this module to the package's root: from source there are four, from `dist` five. */
const levelsMax = 8;
const asset = join('libs', 'disclosure', 'assets', 'verify.html');

let kept: string | null = null;

/** The page that checks a bundle in a browser, as built by `npm run generate`. @throws Error where the installation lacks it */
export function verifierPage(): string {
  kept ??= read();
  return kept;
}

function read(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < levelsMax; level += 1) {
    try {
      return readFileSync(join(folder, asset), 'utf8');
    } catch {
      folder = dirname(folder);
    }
  }
  throw new Error(`${asset} is not part of this installation`);
}
