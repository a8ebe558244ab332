import { type CaseEvent, type CaseEventType, happenedAt as countedAt, type Instant, type StoredCaseEventData } from '#libs/domain';

type Told<T extends CaseEventType> = (data: StoredCaseEventData<T>) => Instant | null;

/** When what an event tells of took place, beside what clocks count from already (libs/domain). Of all others, recording is the act itself. */
const toldAt: { readonly [T in CaseEventType]?: Told<T> } = {
  ReportFiled: ({ reportedAt }) => reportedAt,
  MedicalAidRecorded: ({ arrivedAt, summonedAt }) => arrivedAt ?? summonedAt,
  StatementTaken: ({ takenAt }) => takenAt,
  FootageRegistered: ({ endedAt, startedAt }) => endedAt ?? startedAt,
  CourtOrderRecorded: ({ orderedAt }) => orderedAt,
  OutsideContactRecorded: ({ contactAt }) => contactAt,
  ProsecutorNotified: ({ at }) => at,
};

/** When what the event tells of happened; never after it was recorded, whatever it says. A report happens when the city is told. */
export function happenedAt(event: CaseEvent): Instant {
  // Type and data come from the same event; the compiler can't pair them inside the union.
  const told = (toldAt[event.type] as ((data: unknown) => Instant | null) | undefined)?.(event.data) ?? countedAt(event);
  const { recordedAt } = event.meta;
  return told < recordedAt ? told : recordedAt;
}
