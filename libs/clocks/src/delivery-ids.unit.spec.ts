import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { derivedId } from '#libs/envelope';
import { deliveryIdsOf } from './index.js';

const ids = deliveryIdsOf(createSecretKey(Buffer.alloc(32, 1)));
const notice = { caseId: '019ac000-0000-7000-8000-00000000c0de', clockId: 'TRIAGE//x', kind: 'BREACH', at: '2026-03-02T15:00:00.000Z' } as const;

describe('the id of a delivery', () => {
  it('is the same for the same notice and endpoint, in every process, and another for any other', () => {
    expect(deliveryIdsOf(createSecretKey(Buffer.alloc(32, 1)))('desk', { ...notice })).toBe(ids('desk', notice));
    const others = [{ caseId: '019ac000-0000-7000-8000-00000000c0df' }, { clockId: 'TRIAGE//y' }, { kind: 'WARNING' }, { at: '2026-03-02T15:00:00.001Z' }] as const;
    expect(new Set([ids('desk', notice), ids('other', notice), ...others.map((change) => ids('desk', { ...notice, ...change }))]).size).toBe(2 + others.length);
  });

  it("can't be worked out from what it is about without the service's secret", () => {
    const { caseId, clockId, kind, at } = notice;
    expect(ids('desk', notice)).not.toBe(derivedId('webhook', 'desk', caseId, clockId, kind, at));
    expect(ids('desk', notice)).not.toBe(deliveryIdsOf(createSecretKey(Buffer.alloc(32, 2)))('desk', notice));
  });
});
