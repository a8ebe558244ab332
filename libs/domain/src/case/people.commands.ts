import type { AgentId, EventId, FootageId, PersonId, RecordsRequestId, UserId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type {
  Confidence,
  FederalAnswer,
  IdentificationOutcome,
  IdentityBasis,
  PersonIdentity,
  PersonRole,
  StatementGiver,
  StatementKind,
  Timecode,
  Voluntariness,
  YesNoUnknown,
} from './values.js';

export interface PeopleCommands {
  recordAgent: {
    readonly agencyClaimed: string | null;
    readonly agencyConfirmed: string | null;
    readonly badgeSeen: string | null;
    readonly faceCovered: YesNoUnknown;
    readonly clothing: string | null;
    readonly markings: string | null;
    readonly role: string | null;
    readonly timecode: Timecode | null;
  };
  linkAgentIdentity: {
    readonly agent: AgentId;
    readonly name: string;
    readonly agency: string | null;
    readonly badge: string | null;
    readonly bases: readonly IdentityBasis[];
    readonly basis: string;
    readonly confidence: Confidence;
  };
  unlinkAgentIdentity: { readonly agent: AgentId; readonly reason: string };
  attemptFederalSupervisorIdentification: {
    readonly outcome: IdentificationOutcome;
    readonly method: string | null;
    readonly wordsUsed: string | null;
    readonly agent: AgentId | null;
    /** Null: now. */
    readonly attemptedAt: Instant | null;
    readonly timecode: Timecode | null;
  };
  identifyFederalSupervisor: {
    readonly name: string;
    readonly agency: string;
    readonly badge: string | null;
    readonly agent: AgentId | null;
    readonly method: string;
    readonly confidence: Confidence;
    readonly timecode: Timecode | null;
  };
  confirmFederalSupervisor: { readonly identification: EventId; readonly basis: string };
  recordPerson: {
    readonly roles: readonly PersonRole[];
    readonly identity: PersonIdentity;
    readonly minor: YesNoUnknown;
    readonly contactDeclined: boolean;
    readonly name: string | null;
    readonly contact: string | null;
  };
  takeStatement: {
    readonly giver: StatementGiver;
    /** Null is refused: it has to be said. */
    readonly voluntariness: Voluntariness | null;
    readonly warnings: string | null;
    readonly language: string;
    readonly interpreter: string | null;
    readonly kind: StatementKind;
    readonly recording: FootageId | null;
    readonly present: readonly string[];
    readonly guardian: string | null;
    readonly takenAt: Instant | null;
    readonly text: string;
    /** The named LEGAL reader of a compelled statement. */
    readonly reader: UserId | null;
  };
  notifyComplainant: { readonly person: PersonId; readonly channel: string; readonly toldAt: Instant | null; readonly substance: string };
  requestFederalRecords: {
    readonly addressee: string;
    readonly text: string;
    readonly citation: string;
    /** The requester's own word that the text names no complainant, witness or affected person; without it there is no request. */
    readonly namesNobody: boolean;
  };
  recordFederalAnswer: {
    readonly request: RecordsRequestId;
    readonly answer: FederalAnswer;
    readonly answeredAt: Instant | null;
    readonly note: string | null;
  };
}
