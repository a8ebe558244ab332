import type { AgentId, CaseId, EventId, PersonId, ReportId, UserId } from '../kernel/ids.js';
import type { Json } from '../kernel/json.js';
import type { Instant } from '../kernel/time.types.js';
import type { WhenInput } from '../kernel/when.js';
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

export interface ReportCommands {
  fileReport: {
    /** `NEW` opens a case, `EXISTING` adds an account to one, `IMPORT` opens the case of that source's number or adds to it. */
    readonly target: 'NEW' | 'EXISTING' | 'IMPORT';
    readonly origin: ReportOrigin;
    readonly source: ImportSource | null;
    readonly incident: IncidentNumbers;
    readonly occurredAt: WhenInput;
    /** When the city was told; null: now. */
    readonly reportedAt: Instant | null;
    readonly place: Place;
    readonly address: string | null;
    readonly category: Category | null;
    readonly narrative: string | null;
    readonly onSceneAt: Instant | null;
    readonly unit: string | null;
    readonly camera: string | null;
    readonly officersPresent: readonly OfficerPresent[];
    readonly injuries: YesNoUnknown;
    readonly footageViewed: boolean;
  };
  supplementReport: {
    readonly report: ReportId;
    readonly narrative: string;
    readonly injuries: YesNoUnknown | null;
    readonly footageViewed: boolean;
  };
  correctFact: {
    readonly event: EventId;
    readonly field: string;
    /** The right value of a clear field. */
    readonly to: Json;
    /** The right value of a protected field. */
    readonly protectedTo: string | null;
    readonly reason: string;
  };
  triageCase: {
    readonly outcome: TriageOutcome;
    /** `PROPOSE_CLOSING` alone: as what, and for `DUPLICATE_OF` the number of the other case. */
    readonly disposition: Disposition | null;
    readonly duplicateOf: string | null;
    readonly reason: string | null;
  };
  assignInvestigator: { readonly investigator: UserId };
  unassignInvestigator: { readonly investigator: UserId; readonly reason: string | null };
  declareConflict: { readonly ground: string };
  recordConflict: { readonly person: UserId; readonly ground: string };
  linkCases: { readonly other: CaseId; readonly reason: string };
  unlinkCases: { readonly other: CaseId; readonly reason: string };
  recordSceneDetail: {
    readonly kind: SceneDetailKind;
    readonly description: string | null;
    readonly agents: readonly AgentId[];
    readonly vehicle: { readonly plate: string | null; readonly description: string | null } | null;
    readonly warrant: WarrantKind | null;
    readonly wordsUsed: string | null;
    readonly officer: OfficerPresent | null;
    readonly camera: string | null;
    readonly cameraHolder: string | null;
    readonly place: Place | null;
    readonly timecode: Timecode | null;
  };
  recordMedicalAid: {
    readonly person: PersonId | null;
    readonly agent: AgentId | null;
    readonly summonedAt: Instant | null;
    readonly arrivedAt: Instant | null;
    readonly by: string | null;
    readonly refusedByInjured: YesNoUnknown;
    readonly note: string | null;
  };
}
