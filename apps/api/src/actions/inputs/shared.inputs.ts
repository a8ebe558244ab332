import { InputType } from '@nestjs/graphql';
import type {
  AgentId,
  EvidenceRef,
  ExhibitId,
  FootageId,
  Instant,
  LocalOrInstant,
  PersonId,
  Precision,
  ReportId,
  SceneDetailId,
  StatementGiver,
  StatementId,
  UserId,
  WhenInput as When,
} from '#libs/domain';
import { PrecisionEnum } from '../../graphql/enums.js';
import { Choice, Line, Lines, MaybeBigCount, MaybeLine, MaybeLocalTime, MaybeNested, MaybeOffset, MaybeTime, MaybeUser, MaybeUuid, Milliseconds, User, Uuid } from './fields.js';

/** For members of which the reader has seen that one is given. */
const unreachable = (what: string): never => {
  throw new Error(`${what}: the check lets none pass without a member`);
};

@InputType({ description: 'One end of a span of time: an instant, or what a local clock showed. Give exactly one of the two.' })
export class WhenEndInput {
  @MaybeTime('The instant, where the offset is known.')
  instant!: Instant | null;

  @MaybeLocalTime('The local date, with or without a time, in the zone given beside it.')
  local!: string | null;

  @MaybeOffset('With a local time that occurred twice: which of the two, by its offset from UTC, `-05:00`.')
  offset!: string | null;

  toDomain(): LocalOrInstant {
    if (this.instant !== null) return { instant: this.instant };
    return { local: this.local ?? unreachable('WhenEndInput'), offset: this.offset };
  }
}

@InputType({ description: 'When something happened: a span, since people rarely know a moment. Both ends absent: not known.' })
export class WhenInput {
  @MaybeNested(() => WhenEndInput, 'Not before this. Absent: the latest alone is known.', { exactlyOneOf: ['instant', 'local'] })
  earliest!: WhenEndInput | null;

  @MaybeNested(() => WhenEndInput, 'Not after this. Absent: the earliest alone is known.', { exactlyOneOf: ['instant', 'local'] })
  latest!: WhenEndInput | null;

  @Choice(PrecisionEnum, 'How well the time is known.')
  precision!: Precision;

  @Line('Who or what says so: `reporter`, `dispatch`, `camera clock`.')
  source!: string;

  @Line('The IANA zone of the local times: `America/Chicago`.')
  zone!: string;

  toDomain(): When {
    const { precision, source, zone } = this;
    return { earliest: this.earliest?.toDomain() ?? null, latest: this.latest?.toDomain() ?? null, precision, source, zone };
  }
}

@InputType({ description: 'Numbers under which other systems know the incident.' })
export class IncidentNumbersInput {
  @MaybeLine('The number of the dispatch centre.')
  dispatch!: string | null;

  @MaybeLine('The number of the records system.')
  records!: string | null;

  @Lines('Numbers of other systems.')
  other!: readonly string[];
}

@InputType({ description: 'Where it happened, as far as it is not protected. An address is given apart.' })
export class PlaceInput {
  @MaybeLine('The police beat.')
  beat!: string | null;

  @MaybeLine('The police district.')
  district!: string | null;

  @MaybeLine('What kind of place, in the words of the source: `STREET`, `RESIDENCE`.')
  description!: string | null;
}

@InputType({ description: 'What a report is about, in the words of a list.' })
export class CategoryInput {
  @MaybeLine('Its code in that list.')
  code!: string | null;

  @Line('Its words.')
  text!: string;
}

@InputType({ description: 'A city officer on scene.' })
export class OfficerPresentInput {
  @User('The officer.')
  officer!: UserId;

  @MaybeLine('The camera that they wore, where it is known.')
  camera!: string | null;
}

@InputType({ description: 'A place in a recording.' })
export class TimecodeInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Milliseconds('Milliseconds from its start.')
  fromMs!: number;

  @MaybeBigCount('Milliseconds from its start to the end of the passage. Absent: that moment alone.')
  toMs!: number | null;
}

@InputType({ description: 'Who gives a statement. Give exactly one member.' })
export class StatementGiverInput {
  @MaybeUuid('A person of the case.')
  person!: PersonId | null;

  @MaybeUuid('An agent of the case.')
  agent!: AgentId | null;

  @MaybeUser('A member of the city.')
  cityMember!: UserId | null;

  toDomain(): StatementGiver {
    if (this.person !== null) return { kind: 'PERSON', person: this.person };
    if (this.agent !== null) return { kind: 'AGENT', agent: this.agent };
    return { kind: 'CITY_MEMBER', user: this.cityMember ?? unreachable('StatementGiverInput') };
  }
}

@InputType({ description: 'A piece of evidence of the case. Give exactly one member.' })
export class EvidenceInput {
  @MaybeUuid('A recording.')
  footage!: FootageId | null;

  @MaybeUuid('An exhibit.')
  exhibit!: ExhibitId | null;

  @MaybeUuid('A statement.')
  statement!: StatementId | null;

  @MaybeUuid('A report.')
  report!: ReportId | null;

  @MaybeUuid('A detail of the scene.')
  sceneDetail!: SceneDetailId | null;

  toDomain(): EvidenceRef {
    if (this.footage !== null) return { kind: 'FOOTAGE', id: this.footage };
    if (this.exhibit !== null) return { kind: 'EXHIBIT', id: this.exhibit };
    if (this.statement !== null) return { kind: 'STATEMENT', id: this.statement };
    if (this.report !== null) return { kind: 'REPORT', id: this.report };
    return { kind: 'SCENE_DETAIL', id: this.sceneDetail ?? unreachable('EvidenceInput') };
  }
}
