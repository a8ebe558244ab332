import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '#libs/event-store';
import type { FeedDefinition, FeedTransaction, Poison } from '#libs/feeds';
import { Metrics, noTracing, type PastSpan, type Tracing } from '#libs/telemetry';
import { valueOf } from '../../../../test/support/metrics.js';
import { FeedObserver, feedTraceLimits } from './feed-observer.js';
import { vocabulary } from './vocabulary.js';

const tx = {} as FeedTransaction; // The handlers of these tests write nothing.
const idOf = (kind: string, n: number): string => `019ac000-0000-7000-8000-${kind}${String(n).padStart(11, '0')}`;

function event(n: number, { command = n, head }: { readonly command?: number; readonly head?: string } = {}): StoredEvent {
  return {
    ...{ id: idOf('e', n), type: 'CaseOpened', stream: `case-${n}`, revision: 0n, body: '{}', position: { logId: 'log', n: BigInt(n) } },
    head: head ?? JSON.stringify({ recordedAt: '2026-03-02T15:00:00.000Z', commandId: idOf('c', command), $correlationId: idOf('a', command) }),
  };
}

function observed(handle: FeedDefinition['handle'] = async () => [], on = true) {
  const spans: PastSpan[] = [];
  const tracing: Tracing = { ...noTracing, on, past: (span) => void spans.push(span) };
  const metrics = new Metrics(vocabulary);
  const observer = new FeedObserver({ metrics, tracing });
  const feed = observer.observe({ name: 'cases', version: 1, categories: ['case'], units: ['case_list'], handle });
  return {
    spans,
    handle: (events: readonly StoredEvent[]) => feed.handle({ events, waits: () => false, isRetry: false, epoch: 1n }, tx),
    retry: (events: readonly StoredEvent[]) => feed.handle({ events, waits: () => false, isRetry: true, epoch: 1n }, tx),
    committed: (n: number) => observer.committed(feed, { logId: 'log', n: BigInt(n) }),
    count: async (name: string) => valueOf((await metrics.scrape()).text, name, { feed: 'cases' }),
  };
}

describe('a feed that is watched', () => {
  it('is told of when it has committed, one span for each command with all its events', async () => {
    const { spans, handle, committed, count } = observed();
    await handle([event(1, { command: 1 }), event(2, { command: 1 }), event(3, { command: 2 })]);
    expect(spans).toEqual([]);
    committed(3);
    expect(spans).toMatchObject([
      { name: 'feed cases', commandId: idOf('c', 1), correlationId: idOf('a', 1), facts: { feed: 'cases', events: 2, position: 'log:2', failed: false } },
      { name: 'feed cases', commandId: idOf('c', 2), facts: { events: 1, position: 'log:3' } },
    ]);
    expect([await count('caseledger_feed_events_total'), await count('caseledger_feed_delay_seconds_count')]).toEqual([3, 1]);
  });

  it('that is given a batch again, whole or in halves, is told of once', async () => {
    let tries = 0;
    const { spans, handle, committed, count } = observed(async () => {
      tries += 1;
      if (tries === 1) throw new Error('a lost connection');
      return [];
    });
    const events = [event(1), event(2), event(3)];
    await expect(handle(events)).rejects.toThrow();
    for (const half of [events.slice(0, 2), events.slice(2)]) await handle(half);
    committed(3);
    committed(3);
    expect([spans.length, await count('caseledger_feed_events_total'), await count('caseledger_feed_delay_seconds_count')]).toEqual([3, 3, 1]);
  });

  it('is not told of a parked stream that is tried again: its events were counted when they were parked, and its commands have their spans', async () => {
    const { spans, handle, retry, committed, count } = observed();
    await handle([event(1)]);
    committed(1);
    await retry([event(1)]);
    await handle([event(2)]);
    await retry([event(1)]);
    committed(2);
    expect([await count('caseledger_feed_events_total'), await count('caseledger_feed_delay_seconds_count')]).toEqual([2, 2]);
    expect(spans.map(({ commandId }) => commandId)).toEqual([idOf('c', 1), idOf('c', 2)]);
  });

  it('marks the command whose event it parked', async () => {
    const poison: Poison = { unit: 'case_list', event: event(2), error: new Error('a text that stays here') };
    const { spans, handle, committed } = observed(async () => [poison]);
    expect(await handle([event(1), event(2)])).toEqual([poison]);
    committed(2);
    expect(spans.map(({ facts }) => facts.failed)).toEqual([false, true]);
    expect(JSON.stringify(spans)).not.toContain('a text that stays here');
  });

  it('that catches up is traced for the first commands of a batch alone, and counted whole', async () => {
    const { spans, handle, committed, count } = observed();
    await handle(Array.from({ length: 2_000 }, (_, n) => event(n)));
    committed(1_999);
    expect([spans.length, await count('caseledger_feed_events_total')]).toEqual([feedTraceLimits.commandsMax, 2_000]);
  });

  it('takes what another program wrote as it is: counted, and traced to nobody', async () => {
    const { spans, handle, committed, count } = observed();
    await handle(['no head', 'null', '{}', '[]', '{"commandId":7}', `{"recordedAt":"x","commandId":"${idOf('c', 1)}","$correlationId":"${idOf('a', 1)}"}`].map((head, n) => event(n, { head })));
    committed(5);
    expect([spans, await count('caseledger_feed_events_total')]).toEqual([[], 6]);
  });

  it('is traced nowhere while tracing is off, and counted all the same', async () => {
    const { spans, handle, committed, count } = observed(undefined, false);
    await handle([event(1)]);
    committed(1);
    expect([spans, await count('caseledger_feed_events_total')]).toEqual([[], 1]);
  });
});
