import { describe, expect, it } from '@jest/globals';
import { samplesOf, valueOf } from '../../../test/support/metrics.js';
import { type Asker, labelValues, mayScrape, Metrics, metricTable, otherValue } from './index.js';

const vocabulary = { action: ['fileReport'], category: ['case'], feed: ['cases'], unit: ['none'], route: ['/graphql'] };

describe('metrics', () => {
  it('hold values of fixed lists alone: anything else is one other, whatever it says and however often', async () => {
    const metrics = new Metrics(vocabulary);
    for (let i = 0; i < 1_000; i += 1) metrics.add('caseledger_commands_total', { action: `a name or a case, typed: ${i}`, outcome: 'RECORDED' });
    metrics.observe('caseledger_http_request_seconds', { route: '/cases/2026-000001', status: '2xx' }, 0.1);
    metrics.set('caseledger_feed_state', { feed: 'cases', state: 'LIVE' }, 1);
    const { text } = await metrics.scrape();
    expect(valueOf(text, 'caseledger_commands_total', { action: otherValue })).toBe(1_000);
    expect(text).not.toMatch(/typed|2026-000001/);
    const allowed = labelValues(vocabulary);
    for (const { labels } of samplesOf(text)) for (const [label, value] of Object.entries(labels)) if (label !== 'le') expect([...allowed[label as keyof typeof allowed], otherValue]).toContain(value);
  });

  it('have names in their unit and labels that are all listed', () => {
    for (const [name, row] of Object.entries(metricTable)) {
      expect(name).toMatch(/^(caseledger|process|nodejs)_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, row.kind === 'counter']);
      expect([name, name.endsWith('_seconds')]).toEqual([name, row.kind === 'histogram' || /_(seconds)$/.test(name)]);
      for (const label of row.labels) expect(Object.keys(labelValues(vocabulary))).toContain(label);
      expect(row.help).toMatch(/\.$/);
    }
  });

  it('leave out what can not be read, and count that, rather than show what was true before', async () => {
    const metrics = new Metrics(vocabulary);
    metrics.read(async () => {
      metrics.clear('caseledger_ledger_leaves');
      throw new Error('the database is away');
    });
    metrics.set('caseledger_ledger_leaves', {}, 7);
    const { text } = await metrics.scrape();
    expect(valueOf(text, 'caseledger_ledger_leaves')).toBeNull();
    expect(valueOf(text, 'caseledger_scrape_failures_total')).toBe(1);
  });

  it('are read once for scrapes that come together', async () => {
    const metrics = new Metrics(vocabulary);
    let reads = 0;
    metrics.read(async () => void (reads += 1));
    await Promise.all([metrics.scrape(), metrics.scrape(), metrics.scrape()]);
    await metrics.scrape();
    expect(reads).toBe(1);
  });
});

describe('who may read the metrics', () => {
  const here: Asker = { ip: '127.0.0.1', headers: { host: 'localhost:4000' } };
  const bringing = (authorization: string): Asker => ({ ip: '203.0.113.9', headers: { host: 'service.example', authorization } });
  const token = 'an-invented-token';

  const rules = (metricsToken: string | null, trustsThisMachine = true) => ({ trustsThisMachine, telemetry: { metricsToken } });

  it('without a token: a program on this machine, through no proxy', () => {
    expect(mayScrape(here, rules(null))).toBe(true);
    for (const asker of [bringing('Bearer x'), { ...here, ip: '203.0.113.9' }, { ...here, headers: { host: 'elsewhere.example' } }, { ...here, headers: { host: 'localhost', via: '1.1 proxy' } }]) expect(mayScrape(asker, rules(null))).toBe(false);
  });

  it('without a token, where a proxy of this machine may stand between: nobody, for one that adds no header makes all the world look like this machine', () => {
    expect(mayScrape(here, rules(null, false))).toBe(false);
    expect(mayScrape(bringing(`Bearer ${token}`), rules(token, false))).toBe(true);
  });

  it('with a token: who brings exactly that', () => {
    expect(mayScrape(bringing(`Bearer ${token}`), rules(token))).toBe(true);
    expect(mayScrape(here, rules(token))).toBe(false);
    for (const given of ['', 'Bearer', 'Bearer ', `Bearer ${token} `, `bearer${token}`, `Bearer ${token}x`, `Bearer ${token} ${token}`]) expect([given, mayScrape(bringing(given), rules(token))]).toEqual([given, false]);
  });
});
