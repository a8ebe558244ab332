import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { formEvent, readEvent, systemRandom, verifyEvent, eventId, type PlacedSealed } from '#libs/envelope';
import { openSealed, seal } from './index.js';
import { keyLimits, type KeyStore } from './port.js';

export interface KeyStoreHarness {
  readonly keys: KeyStore;
  close(): Promise<void>;
}

/** What every key store does. */
export function keyStoreContract(name: string, open: () => Promise<KeyStoreHarness>): void {
  describe(`key store: ${name}`, () => {
    let harness: KeyStoreHarness;
    let keys: KeyStore;
    beforeAll(async () => {
      harness = await open();
      ({ keys } = harness);
    });
    afterAll(() => harness.close());
    const person = (): string => `person:${randomUUID()}`;

    it('makes one key for a subject and answers the same one from then on', async () => {
      const subject = person();
      const first = await keys.ensureKey(subject);
      const again = await keys.ensureKeys([subject, person(), subject]);
      expect(first.dek.symmetricKeySize).toBe(32);
      expect(again.size).toBe(2);
      expect(again.get(subject)?.keyId).toBe(first.keyId);
      expect(again.get(subject)?.dek.equals(first.dek)).toBe(true);
    });

    it('gives different subjects different keys, many in one call', async () => {
      const subjects = Array.from({ length: keyLimits.keysPerStatementMax + 50 }, person);
      const made = await keys.ensureKeys(subjects);
      expect([...made.keys()].sort()).toEqual([...subjects].sort());
      expect(new Set([...made.values()].map(({ keyId }) => keyId)).size).toBe(subjects.length);
      expect(new Set([...made.values()].map(({ dek }) => dek.export().toString('hex'))).size).toBe(subjects.length);
      const read = await keys.getKeys([...made.values()].map(({ keyId }) => keyId));
      expect(read.size).toBe(subjects.length);
    });

    it('makes one key when many ask for a subject at once', async () => {
      const subject = person();
      const made = await Promise.all(Array.from({ length: 50 }, () => keys.ensureKey(subject)));
      expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1);
    });

    it('answers without the ids that it does not know', async () => {
      const { keyId } = await keys.ensureKey(person());
      const found = await keys.getKeys([randomUUID(), keyId]);
      expect([...found.keys()]).toEqual([keyId]);
    });

    it('destroys a key for good, and says which; doing it twice destroys nothing', async () => {
      const subject = person();
      const { keyId } = await keys.ensureKey(subject);
      expect(await keys.destroy(subject)).toBe(keyId);
      expect(await keys.destroy(subject)).toBeNull();
      expect((await keys.getKeys([keyId])).size).toBe(0);
      expect((await keys.ensureKey(subject)).keyId).not.toBe(keyId);
    });

    it('still knows every key after it forgot what it held in memory', async () => {
      const { keyId, dek } = await keys.ensureKey(person());
      keys.evict([keyId]);
      expect((await keys.getKeys([keyId])).get(keyId)?.dek.equals(dek)).toBe(true);
      keys.evict();
      expect((await keys.getKeys([keyId])).get(keyId)?.dek.equals(dek)).toBe(true);
    });

    it.each(['', 'person', 'person:', ':x', 'person:a b', 'person:é', `person:${'x'.repeat(200)}`])(
      'refuses %j as a subject',
      async (subject) => {
        await expect(keys.ensureKeys([subject])).rejects.toThrow(RangeError);
        await expect(keys.ensureKey(subject)).rejects.toThrow(RangeError);
        await expect(keys.destroy(subject)).rejects.toThrow(RangeError);
      },
    );

    it('destroys keys by their ids, and leaves the one that the subject got since', async () => {
      const subject = `person:${randomUUID()}`;
      const first = await keys.ensureKey(subject);
      expect(await keys.destroyKeys([first.keyId, randomUUID()])).toEqual([first.keyId]);
      const second = await keys.ensureKey(subject);
      expect(second.keyId).not.toBe(first.keyId);
      expect(await keys.destroyKeys([first.keyId])).toEqual([]);
      expect([...(await keys.getKeys([first.keyId, second.keyId])).keys()]).toEqual([second.keyId]);
    });

    it('refuses a call over its limit', async () => {
      await expect(keys.getKeys(Array.from({ length: keyLimits.keysPerCallMax + 1 }, () => randomUUID()))).rejects.toThrow(RangeError);
    });

    it('expunges what a destroyed key sealed, while every hash of the event still verifies', async () => {
      const subject = `case:${randomUUID()}`;
      const key = await keys.ensureKey(subject);
      const commandId = '0199a000-0000-7000-8000-000000000001';
      const stream = `case-${randomUUID()}`;
      const id = eventId(stream, commandId, 0);
      const { head, body } = formEvent({
        id,
        stream,
        revision: 0,
        type: 'ReportFiled',
        typeVersion: 1,
        recordedAt: '2026-11-22T10:15:30.123Z',
        commandId,
        correlationId: commandId,
        causationId: null,
        prev: null,
        by: { actor: 'officer-1', roles: ['OFFICER'], unit: null, purpose: null, authority: null },
        commandHash: null,
        seed: systemRandom(32),
        fields: [{ name: 'narrative', sealed: seal(key, { stream, eventId: id, name: 'narrative' }, 'An invented narrative.') }],
      });
      // The reader places every sealed value of the data.
      const narrative = readEvent(head, body).data['narrative'] as PlacedSealed<string>;
      expect(await openSealed(keys, [narrative])).toMatchObject([{ kind: 'OPENED', value: 'An invented narrative.' }]);
      await keys.destroy(subject);
      expect(await openSealed(keys, [narrative])).toEqual([{ kind: 'EXPUNGED' }]);
      expect(verifyEvent(head, body, { previous: null }).kind).toBe('VERIFIED');
    });
  });
}
