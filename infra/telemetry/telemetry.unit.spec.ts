import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { labelValues, Metrics, metricTable } from '#libs/telemetry';
import { vocabulary } from '#libs/service';

const fileOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly title: string; readonly type: string; readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string; readonly for?: string; readonly labels: { readonly severity: string }; readonly annotations: { readonly summary: string } }[] }[];
}

const dashboard = JSON.parse(fileOf('grafana/caseledger.dashboard.json')) as Dashboard;
const rules = parse(fileOf('caseledger.rules.yml')) as Rules;
const config = parse(fileOf('prometheus.yml')) as { readonly rule_files: readonly string[]; readonly scrape_configs: readonly { readonly job_name: string; readonly metrics_path: string }[] };

const registered = new Set(new Metrics(vocabulary).registry.getMetricsAsArray().map(({ name }) => name));
const allowed: Readonly<Record<string, readonly string[]>> = labelValues(vocabulary);
/** Of Prometheus itself, on every target. */
const ofPrometheus = new Set(['job', 'instance']);

/** What a query asks for: each metric, with the values of its labels where it names some. */
function askedIn(expr: string) {
  return [...expr.matchAll(/\b(up|(?:caseledger|process|nodejs)_\w+)\b(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    name,
    matchers: [...matchers.matchAll(/(\w+)\s*(?:=~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', value = '']) => ({ label, values: value.split('|') })),
  }));
}

function checkExpr(expr: string): void {
  const asked = askedIn(expr);
  expect([expr, asked.length]).not.toEqual([expr, 0]);
  for (const { name, matchers } of asked.filter((one) => one.name !== 'up')) {
    const base = registered.has(name) ? name : name.replace(/_(bucket|count|sum)$/, '');
    expect([name, registered.has(base)]).toEqual([name, true]);
    const row = metricTable[base as keyof typeof metricTable];
    expect([name, row.kind === 'histogram']).toEqual([name, base !== name]);
    const labels: readonly string[] = row.labels;
    for (const { label, values } of matchers) {
      if (ofPrometheus.has(label)) continue;
      expect([name, labels]).toEqual([name, expect.arrayContaining([label])]);
      for (const value of values) expect([label, allowed[label]]).toEqual([label, expect.arrayContaining([value])]);
    }
    const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map((one) => one.trim()));
    for (const label of grouped) if (asked.length === 1) expect([...labels, 'le', ...ofPrometheus]).toContain(label);
    // A counter that falls with each restart says nothing by its height; a gauge has no rate.
    const counted = row.kind !== 'gauge';
    expect([expr, /\b(rate|increase)\(/.test(expr)]).toEqual([expr, counted]);
  }
}

describe('the dashboard for Grafana', () => {
  const charts = dashboard.panels.filter(({ type }) => type !== 'row');

  it('asks for metrics that are there, by labels and values that they have', () => {
    expect(charts.length).toBeGreaterThan(20);
    for (const { targets = [] } of charts) {
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) checkExpr(expr);
    }
  });

  it('shows every metric that is registered', () => {
    const asked = new Set(charts.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => askedIn(expr).map(({ name }) => (registered.has(name) ? name : name.replace(/_(bucket|count|sum)$/, ''))))));
    const shown = [...asked].filter((name) => name !== 'up').sort();
    // When a process started, and the time of one append: for who asks by hand.
    expect(shown).toEqual([...registered].filter((name) => !['process_start_time_seconds', 'caseledger_append_seconds'].includes(name)).sort());
  });

  it('has panels that do not overlap, with ids of their own, and takes its data source from who opens it', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Set<string>();
    for (const { gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x}/${y}`)).toBe(false);
          taken.add(`${x}/${y}`);
        }
      }
    }
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job']);
  });
});

describe('what the labels may say', () => {
  it('holds the action of every mutation, so that none is counted as other', () => {
    const [, mutations = ''] = /^type Mutation \{\n([\s\S]*?)^\}/m.exec(fileOf('../../schema.graphql')) ?? [];
    const named = [...mutations.matchAll(/^ {2}(\w+)\(/gm)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(60);
    // Jobs, and the import, whose rows are commands of their own.
    const noCommands = new Set(['importReports', 'exportCase', 'exportAuditTrail']);
    expect(named.filter((name) => !vocabulary.action.includes(name) && !noCommands.has(name))).toEqual([]);
  });
});

describe('the alert rules', () => {
  const alerts = rules.groups.flatMap((group) => group.rules);

  it('ask for metrics that are there, by labels and values that they have', () => {
    expect(alerts.length).toBeGreaterThan(10);
    for (const { expr } of alerts) checkExpr(expr);
  });

  it('say what is wrong in a sentence, how pressing it is, and each has a name of its own', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations, for: lasting = '0m' } of alerts) {
      expect(alert).toMatch(/^Caseledger[A-Z]\w+$/);
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\.$/);
      expect(lasting).toMatch(/^\d+m$/);
    }
  });

  it('are read by the scrape configuration that is shipped, of the job that the dashboard shows', () => {
    expect(config.rule_files).toEqual(['caseledger.rules.yml']);
    expect(config.scrape_configs).toMatchObject([{ job_name: 'caseledger', metrics_path: '/metrics' }]);
  });
});
