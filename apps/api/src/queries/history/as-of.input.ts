import { Field, InputType, Int } from '@nestjs/graphql';
import { type EventStore, parsePosition } from '#libs/event-store';
import type { AsOf, RecordedBy } from '#libs/history';
import { BadInput } from '#libs/read-models';
import { DateTimeScalar, PositionScalar } from '../../graphql/scalars.js';

@InputType({
  description:
    'At which time something is read. Two times are kept apart: what was recorded by then (by revision, position or time, one of them), and what had happened by then. What is not given bounds nothing. It changes what is shown, never who may see it.',
})
export class AsOfInput {
  @Field(() => Int, { nullable: true, description: 'Recorded by this revision of the case, inclusive.' })
  readonly revision?: number | null;

  @Field(() => PositionScalar, { nullable: true, description: 'Recorded by this place in the order of all events, inclusive.' })
  readonly position?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded by this time of the service’s clock, inclusive.' })
  readonly recordedBy?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Had happened by this time, inclusive, as far as it is recorded; a report happens when the city is told.' })
  readonly happenedBy?: string | null;
}

/** @throws BadInput */
export function asOfOf(input: AsOfInput, store: Pick<EventStore, 'logId'>, path = 'asOf'): AsOf {
  const given = [input.revision, input.position, input.recordedBy].filter((one) => one !== null && one !== undefined);
  if (given.length > 1) throw new BadInput(path, 'give one of revision, position and recordedBy');
  const happenedBy = input.happenedBy ?? null;
  if (given.length === 0 && happenedBy === null) throw new BadInput(path, 'says no time');
  return { recorded: recordedOf(input, store, path), happenedBy };
}

function recordedOf({ revision, position, recordedBy }: AsOfInput, { logId }: Pick<EventStore, 'logId'>, path: string): RecordedBy | null {
  if (revision !== null && revision !== undefined) {
    if (revision < 0) throw new BadInput(`${path}.revision`, 'counts from 0');
    return { kind: 'REVISION', revision };
  }
  if (position !== null && position !== undefined) {
    const parsed = parsePosition(position, logId);
    if (parsed.kind !== 'POSITION') throw new BadInput(`${path}.position`, 'is not a position of this log');
    return { kind: 'POSITION', n: parsed.position.n };
  }
  return recordedBy === null || recordedBy === undefined ? null : { kind: 'TIME', at: recordedBy };
}
