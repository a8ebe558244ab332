import { clear, defineEvent, sealedForCase, sealedForPerson } from '../kernel/event-schema.js';
import type { CaseId, EventId, ReportId, SceneDetailId, UserId, AgentId, PersonId } from '../kernel/ids.js';
import type { Json } from '../kernel/json.js';
import type { Instant, OccurredAt, TimeMark } from '../kernel/time.types.js';
import type {
  Category,
  Disposition,
  ImportSource,
  IncidentNumbers,
  OfficerPresent,
  Place,
  ReportOrigin,
  SceneDetailKind,
  Timecode,
  TriageOutcome,
  WarrantKind,
  YesNoUnknown,
} from './values.js';

export const reportEvents = {
  ReportFiled: defineEvent({
    title: 'Report filed',
    material: true,
    fields: {
      report: clear<ReportId>(),
      /** The case's number where this report opened it, else null. */
      caseNumber: clear<string | null>(),
      origin: clear<ReportOrigin>(),
      source: clear<ImportSource | null>(),
      incident: clear<IncidentNumbers>(),
      occurredAt: clear<OccurredAt>(),
      reportedAt: clear<Instant>(),
      timeMarks: clear<readonly TimeMark[]>(),
      place: clear<Place>(),
      address: sealedForCase<string | null>(),
      category: clear<Category | null>(),
      narrative: sealedForCase<string | null>(),
      onSceneAt: clear<Instant | null>(),
      unit: clear<string | null>(),
      camera: clear<string | null>(),
      officersPresent: clear<readonly OfficerPresent[]>(),
      injuries: clear<YesNoUnknown>(),
      /** Whether the author had seen footage of the incident before writing. */
      footageViewed: clear<boolean>(),
    },
  }),
  ReportSupplemented: defineEvent({
    title: 'Report supplemented',
    material: true,
    fields: {
      report: clear<ReportId>(),
      narrative: sealedForCase<string>(),
      injuries: clear<YesNoUnknown | null>(),
      footageViewed: clear<boolean>(),
    },
  }),
  FactCorrected: defineEvent({
    title: 'Fact corrected',
    material: 'BY_DATA',
    fields: {
      event: clear<EventId>(),
      field: clear<string>(),
      /** The corrected values of a clear field. Of a protected field `from` stays in the original event, and `to` is null. */
      from: clear<Json>(),
      to: clear<Json>(),
      protectedTo: sealedForPerson<string | null>('person'),
      /** Whose key seals `protectedTo`, as it sealed the corrected field; null: the case's. */
      person: clear<PersonId | null>(),
      reason: clear<string>(),
      /** Whether the corrected event was material, and the field is more than contact data. */
      material: clear<boolean>(),
    },
  }),
  CaseTriaged: defineEvent({
    title: 'Case triaged',
    fields: {
      outcome: clear<TriageOutcome>(),
      disposition: clear<Disposition | null>(),
      reason: clear<string | null>(),
      /** Number of the other case, where the disposition is `DUPLICATE_OF`. */
      duplicateOf: clear<string | null>(),
    },
  }),
  InvestigatorAssigned: defineEvent({
    title: 'Investigator assigned',
    fields: { investigator: clear<UserId>(), previous: clear<UserId | null>() },
  }),
  InvestigatorUnassigned: defineEvent({
    title: 'Investigator unassigned',
    fields: { investigator: clear<UserId>(), reason: clear<string | null>() },
  }),
  ConflictDeclared: defineEvent({
    title: 'Conflict of interest declared',
    fields: { person: clear<UserId>(), ground: clear<string>() },
  }),
  ConflictRecorded: defineEvent({
    title: 'Conflict of interest recorded',
    fields: { person: clear<UserId>(), ground: clear<string>() },
  }),
  CasesLinked: defineEvent({
    title: 'Cases linked',
    fields: { other: clear<CaseId>(), reason: clear<string>() },
  }),
  CasesUnlinked: defineEvent({
    title: 'Cases unlinked',
    fields: { other: clear<CaseId>(), reason: clear<string>() },
  }),
  SceneDetailRecorded: defineEvent({
    title: 'Scene detail recorded',
    material: true,
    fields: {
      detail: clear<SceneDetailId>(),
      kind: clear<SceneDetailKind>(),
      description: sealedForCase<string | null>(),
      agents: clear<readonly AgentId[]>(),
      /** VEHICLE: plate, make and colour as seen. */
      vehicle: clear<{ readonly plate: string | null; readonly description: string | null } | null>(),
      /** WARRANT_SHOWN. */
      warrant: clear<WarrantKind | null>(),
      /** AUTHORITY_STATED: the agent's own words. */
      wordsUsed: clear<string | null>(),
      /** OFFICER_PRESENT. */
      officer: clear<OfficerPresent | null>(),
      /** CAMERA_PRESENT: the camera's name, and who holds its recordings. */
      camera: clear<string | null>(),
      cameraHolder: clear<string | null>(),
      /** PLACE. */
      place: clear<Place | null>(),
      timecode: clear<Timecode | null>(),
    },
  }),
  MedicalAidRecorded: defineEvent({
    title: 'Medical aid recorded',
    material: true,
    fields: {
      person: clear<PersonId | null>(),
      agent: clear<AgentId | null>(),
      summonedAt: clear<Instant | null>(),
      arrivedAt: clear<Instant | null>(),
      by: clear<string | null>(),
      timeMarks: clear<readonly TimeMark[]>(),
      refusedByInjured: clear<YesNoUnknown>(),
      note: sealedForCase<string | null>(),
    },
  }),
};
