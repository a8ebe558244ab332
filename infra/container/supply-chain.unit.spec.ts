import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

describe('the supply chain', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
  const locked = Object.entries(packages).filter(([path, { link }]) => path !== '' && link !== true);

  it('has a digest for every package, by SHA-512, and no address of a registry', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity }]) => !(integrity ?? '').startsWith('sha512-')).map(([path]) => path)).toEqual([]);
    expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('pins each package that we name to one version', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Readonly<Record<string, Readonly<Record<string, string>>>>;
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.filter(([, version]) => !/^(npm:\w+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('is listed by npm run sbom as CycloneDX, with a digest for each component', () => {
    const bom = JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly purl: string; readonly hashes?: readonly unknown[] }[];
    };
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['jose', 'graphql', 'pg']));
    expect(bom.components.filter(({ hashes }) => (hashes ?? []).length === 0).map(({ name }) => name)).toEqual([]);
  });
});

describe('the container', () => {
  it('runs as nobody in particular, from an image that is pinned, and its files are not its own to change', () => {
    const lines = read('infra/container/Dockerfile').split('\n');
    expect(lines.filter((line) => line.startsWith('FROM ')).every((line) => /:\d+\.\d+\.\d+-/.test(line))).toBe(true);
    expect(lines).toContain('USER 10001:10001');
    // Copied by root: the service's user can read them.
    expect(lines.filter((line) => line.includes('--chown'))).toEqual([]);
  });

  it('holds every file that the service reads by its path, and no secret of the folder that it is built in', () => {
    const copied = read('infra/container/Dockerfile').split('\n').flatMap((line) => /^COPY --from=build \/app\/(\S+) \.\//.exec(line)?.[1] ?? []);
    for (const needed of ['package.json', 'dist', 'bin', 'infra', 'libs/disclosure/assets']) expect(copied).toContain(needed);
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['secrets', '.caseledger', '.env*', '.git']));
  });

  it('has a read-only root, no capability and no way to gain one, for each service of ours', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as { readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
    const ours = Object.values(services).filter(({ image }) => String(image).startsWith('caseledger:'));
    expect(ours.length).toBeGreaterThanOrEqual(2);
    for (const service of ours) {
      expect(service).toMatchObject({ user: '10001:10001', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
  });
});
