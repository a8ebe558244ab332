import { describe, expect, it } from '@jest/globals';
import { resolveWhen, type WhenInput } from './when.js';

const zone = 'America/Chicago';
const local = (text: string, offset: string | null = null, inZone = zone): WhenInput => ({
  earliest: { local: text, offset },
  latest: null,
  precision: text.length === 10 ? 'DAY' : 'MINUTE',
  source: 'a test',
  zone: inZone,
});

describe('a local time asked for again', () => {
  it('has the same answer as the first time, for each zone, offset and way with ambiguity apart', () => {
    const asked = (['2018-11-04', '2018-11-04T01:30:00', '2019-03-10T02:30:00', '2019-02-30', '2019-05-01T14:30'] as const).flatMap((text) =>
      [zone, 'UTC', 'Europe/Berlin'].flatMap((inZone) =>
        [null, '-05:00', '-06:00'].flatMap((offset) => (['REFUSE', 'SPAN'] as const).map((way) => ({ given: local(text, offset, inZone), way }))),
      ),
    );
    const first = asked.map(({ given, way }) => resolveWhen(given, way));
    expect(asked.toReversed().map(({ given, way }) => resolveWhen(given, way)).toReversed()).toEqual(first);
    expect(new Set(first.map((answer) => JSON.stringify(answer))).size).toBeGreaterThan(15);
  });

  it('stays refused where it is ambiguous, though an import was given a span of it before', () => {
    expect(resolveWhen(local('2018-11-04T01:30:00'), 'SPAN')).toMatchObject({
      kind: 'OK',
      marks: ['LOCAL_TIME_AMBIGUOUS'],
      when: { earliest: '2018-11-04T06:30:00.000Z', latest: '2018-11-04T07:30:00.000Z' },
    });
    expect(resolveWhen(local('2018-11-04T01:30:00'), 'REFUSE')).toMatchObject({ kind: 'PROBLEM', problem: { kind: 'AMBIGUOUS', offsets: ['-05:00', '-06:00'] } });
    expect(resolveWhen(local('2018-11-04T01:30:00', '-06:00'), 'REFUSE')).toMatchObject({ kind: 'OK', when: { earliest: '2018-11-04T07:30:00.000Z' } });
  });

  it('takes a day of 25 hours whole', () => {
    expect(resolveWhen(local('2018-11-04'), 'SPAN')).toMatchObject({ when: { earliest: '2018-11-04T05:00:00.000Z', latest: '2018-11-05T05:59:59.999Z' } });
  });
});
