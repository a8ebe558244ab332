import { describe, expect, it } from '@jest/globals';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalKeyWrapper } from './local-wrapper.adapter.js';
import { openSecretFile, secretFromBase64, SecretRefused } from './secret-file.js';

describe('LocalKeyWrapper', () => {
  const wrapper = new LocalKeyWrapper(createSecretKey(randomBytes(32)));
  const key = { keyId: randomUUID(), dek: createSecretKey(randomBytes(32)) };
  const wrapOne = async (): Promise<Uint8Array> => (await wrapper.wrap([key]))[0]!.wrapped;

  it('gives back what it wrapped, and never the key in the clear', async () => {
    const wrapped = await wrapOne();
    const [back] = await wrapper.unwrap([{ keyId: key.keyId, wrapped }]);
    expect(back?.dek.equals(key.dek)).toBe(true);
    expect(Buffer.from(wrapped).includes(key.dek.export())).toBe(false);
  });

  it('binds a key to its id', async () => {
    await expect(wrapper.unwrap([{ keyId: randomUUID(), wrapped: await wrapOne() }])).rejects.toThrow('was changed since it was stored');
  });

  it('notices any changed byte, and says which key', async () => {
    const wrapped = await wrapOne();
    for (let i = 0; i < wrapped.length; i += 1) {
      const changed = Buffer.from(wrapped);
      changed[i] = changed.readUInt8(i) ^ 1;
      await expect(wrapper.unwrap([{ keyId: key.keyId, wrapped: changed }])).rejects.toMatchObject({
        name: 'KeyUnwrapFailed',
        keyId: key.keyId,
      });
    }
  });

  it('says so when the master key is another', async () => {
    const other = new LocalKeyWrapper(createSecretKey(randomBytes(32)));
    await expect(other.unwrap([{ keyId: key.keyId, wrapped: await wrapOne() }])).rejects.toThrow('under another master key');
  });

  it('refuses a master key of another length', () => {
    expect(() => new LocalKeyWrapper(createSecretKey(randomBytes(16)))).toThrow(RangeError);
  });
});

describe('openSecretFile', () => {
  const inFolder = async (use: (path: string, folder: string) => Promise<void>): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'caseledger-secret-'));
    try {
      await use(join(folder, 'master.key'), folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('makes a secret for the owner alone, and reads the same one later', () =>
    inFolder(async (path, folder) => {
      const made = await openSecretFile({ path, mayCreate: true });
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(made.export()).toEqual(Buffer.from(await readFile(path, 'utf8'), 'base64'));
      expect((await openSecretFile({ path, mayCreate: false })).equals(made)).toBe(true);
      expect(await readdir(folder)).toEqual(['master.key']);
    }));

  it('makes one secret when many start at once', () =>
    inFolder(async (path, folder) => {
      const made = await Promise.all(Array.from({ length: 10 }, () => openSecretFile({ path, mayCreate: true })));
      expect(new Set(made.map((secret) => secret.export().toString('hex'))).size).toBe(1);
      expect(await readdir(folder)).toEqual(['master.key']);
    }));

  it('refuses a missing file where keys exist already', () =>
    inFolder(async (path) => {
      await expect(openSecretFile({ path, mayCreate: false })).rejects.toThrow(SecretRefused);
    }));

  it('refuses a file that others can read', () =>
    inFolder(async (path) => {
      await openSecretFile({ path, mayCreate: true });
      await chmod(path, 0o640);
      await expect(openSecretFile({ path, mayCreate: true })).rejects.toThrow('chmod 600');
    }));

  it('refuses a file of another content, and keeps it', () =>
    inFolder(async (path) => {
      await writeFile(path, 'not a key', { mode: 0o600 });
      await expect(openSecretFile({ path, mayCreate: true })).rejects.toThrow('32 bytes in base64');
      expect(await readFile(path, 'utf8')).toBe('not a key');
    }));
});

describe('secretFromBase64', () => {
  it('takes 32 bytes in either alphabet', () => {
    const bytes = Buffer.alloc(32, 0xfb);
    expect(secretFromBase64(bytes.toString('base64'), 'X').export()).toEqual(bytes);
    expect(secretFromBase64(bytes.toString('base64url'), 'X').export()).toEqual(bytes);
  });

  it.each(['', 'short', '!'.repeat(43), randomBytes(33).toString('base64')])('refuses %j without printing it', (text) => {
    expect(() => secretFromBase64(text, 'CASELEDGER_MASTER_KEY')).toThrow('CASELEDGER_MASTER_KEY must be 32 bytes in base64.');
  });
});
