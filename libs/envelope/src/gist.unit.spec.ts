import { describe, expect, it } from '@jest/globals';
import { formEvent } from './form.js';
import { readBodyGist, readHeadGist } from './gist.js';
import type { FieldInput } from './event.js';
import { readEvent } from './read.js';
import { sampleInput, sealedSample } from './sample.fixture.js';

/** Texts that look like what the reading goes by. */
const treacherous = ['"@by":', ',"@command":', ',"@command":null,', '}', '\\', '\\"', ',"$correlationId":', '"typeVersion":', '\u2028\n'];
const fields: readonly FieldInput[] = [...treacherous.map((clear, n) => ({ name: `field${n}`, clear: { [clear]: [clear] } })), { name: 'sealed', sealed: sealedSample }];
const by = { actor: treacherous.join(''), roles: treacherous, unit: treacherous.join(), purpose: '{', authority: '}' };

describe('The gist of an event', () => {
  it.each([
    { title: 'an append’s first event', changes: { commandHash: 'A'.repeat(43) } },
    { title: 'a later event', changes: { commandHash: null } },
    { title: 'an actor whose words look like keys', changes: { by } },
  ])('says of $title what reading it whole says', ({ changes }) => {
    for (const some of [fields, fields.slice(0, 1), []]) {
      const { head, body } = formEvent(sampleInput(some, changes));
      const whole = readEvent(head, body);
      const { typeVersion, recordedAt, commandId } = whole.head;
      expect(readHeadGist(head)).toEqual({ typeVersion, recordedAt, commandId });
      const gist = readBodyGist(body);
      expect(gist.by).toEqual(whole.by);
      const { '@seed': _seed, '@by': _by, '@command': _command, ...data } = JSON.parse(body) as Record<string, unknown>;
      expect(gist.fields).toEqual(data);
      expect(Object.keys(gist.fields)).toEqual(Object.keys(whole.data));
    }
  });

  it('refuses texts that are no head and no body', () => {
    const { head, body } = formEvent(sampleInput(fields));
    for (const text of ['', '{}', 'null', body, head.replace('"typeVersion":1', '"typeVersion":'), head.replace('$correlationId', 'correlationId')]) expect(() => readHeadGist(text)).toThrow();
    for (const text of ['', '{}', 'null', head, body.slice(0, -1), body.replace(',"@command":null', '')]) expect(() => readBodyGist(text)).toThrow();
  });

  it('gives events of one actor the same object', () => {
    const [first, second] = [formEvent(sampleInput(fields)), formEvent(sampleInput([]))];
    expect(readBodyGist(first.body).by).toBe(readBodyGist(second.body).by);
  });
});
