import { describe, expect, it } from '@jest/globals';
import { flood, withService } from './document-flood.js';

/** A sample of what `npm run test:access documents` sends a hundred thousand of. */
const documents = 600;

describe('a hostile document', () => {
  it('is answered below 500, in the form of every answer, and shows nothing of the inside', async () => {
    const { sent, failed, statuses } = await withService({}, (service) => flood(service, 20260302, documents));
    expect(failed.slice(0, 3)).toEqual([]);
    expect(sent).toBeGreaterThanOrEqual(documents);
    // Neither all refused nor all taken, so that it means something.
    expect(statuses[200]).toBeGreaterThan(documents / 50);
    expect(statuses[400]).toBeGreaterThan(documents / 50);
  }, 60_000);
});
