import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lstatSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { provideBinaries } from './binaries.js';
import { silentLog } from './log.js';
import { chooseRunAs, isRoot } from './run-as.js';

describe('the binaries', () => {
  let folder = '';
  let native = '';

  // The package as `npm ci --ignore-scripts` leaves it: no symlinks.
  beforeAll(async () => {
    folder = await mkdtemp('/tmp/caseledger-binaries-');
    await chmod(folder, 0o711);
    const { folder: original } = await provideBinaries({ runAs: null, copyTo: folder, log: silentLog });
    native = join(folder, 'package', 'native');
    const wanted = (path: string): boolean => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink();
    await cp(original, native, { recursive: true, filter: wanted });
    await cp(join(dirname(original), 'package.json'), join(folder, 'package', 'package.json'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('get the symlinks that an install without scripts did not make', async () => {
    const provided = await provideBinaries({ runAs: null, copyTo: join(folder, 'unused'), log: silentLog, native });
    expect(provided).toMatchObject({ folder: native, major: '18' });
    expect(lstatSync(join(native, 'lib', 'libicuuc.so.60')).isSymbolicLink()).toBe(true);
  });

  (isRoot() ? it : it.skip)('are copied once to where the server can run them, when it can not enter their folder', async () => {
    await chmod(join(folder, 'package'), 0o700);
    const copyTo = join(folder, 'reachable');
    const runAs = await chooseRunAs(null);
    const notes: string[] = [];
    const log = { ...silentLog, info: (message: string) => void notes.push(message) };
    const [first] = [await provideBinaries({ runAs, copyTo, log, native }), await provideBinaries({ runAs, copyTo, log, native })];
    expect(first.folder).toBe(join(copyTo, (await readdir(copyTo))[0] ?? ''));
    expect(first.version).toMatch(/^18\./);
    expect(await readdir(copyTo)).toHaveLength(1);
    expect(notes).toHaveLength(1);
  });
});
