import type { UserId } from '#libs/domain';
import { type Given, people } from './case-kit.js';
import { happened } from './happened.js';

const footage: Given = {
  event: {
    type: 'FootageRegistered',
    data: {
      footage: 'footage-1' as never,
      kind: 'BODY_WORN',
      sourceSystem: 'invented-video',
      sourceReference: 'V-1',
      wearer: 'supervisor-1' as UserId,
      camera: 'camera-1',
      startedAt: null,
      endedAt: null,
      timeMarks: [],
      durationMs: 60_000,
      clockOffsetMs: null,
      custodian: null,
      description: null,
    },
  },
  by: people.officer,
};
/** One of each event of the report and people groups that can follow each other, with footage; the index is the event's revision. */
export const accountHistory: readonly Given[] = [
  happened('ReportFiled', people.officer),
  footage,
  happened('AgentRecorded', people.officer),
  happened('PersonRecorded', people.officer),
  happened('CaseTriaged', people.intake),
  happened('InvestigatorAssigned', people.supervisor),
  happened('FederalSupervisorIdentified', people.officer),
  happened('FederalSupervisorIdentificationAttempted', people.officer),
  happened('SceneDetailRecorded', people.officer),
  happened('MedicalAidRecorded', people.officer),
  happened('StatementTaken', people.officer),
  happened('AgentIdentityLinked', people.investigator),
  happened('FederalRecordsRequested', people.legal),
  happened('FederalRecordsAnswered', people.legal),
  happened('ReportSupplemented', people.officer),
  happened('ComplainantNotified', people.intake),
  happened('PersonRecorded', people.officer, { person: 'person-2' as never, identity: 'NAMED', designation: null }),
];
