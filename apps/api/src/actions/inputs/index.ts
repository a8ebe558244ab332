import type { Type } from '@nestjs/common';
import type { CaseCommand, CaseCommands, CaseCommandType } from '#libs/domain';
import * as allegations from './allegations.inputs.js';
import { dataOf, type InputFor } from './command-data.js';
import type { CommandInput } from './command.inputs.js';
import * as custody from './custody.inputs.js';
import * as footage from './footage.inputs.js';
import * as people from './people.inputs.js';
import * as referral from './referral.inputs.js';
import * as report from './report.inputs.js';
import * as review from './review.inputs.js';
import * as sealing from './sealing.inputs.js';

/** Actions that no client may ask for: the service alone gives them. */
export const serviceActions = ['recordMissedDeadline'] as const satisfies readonly CaseCommandType[];

/** The actions that have a mutation. */
export type CaseAction = Exclude<CaseCommandType, (typeof serviceActions)[number]>;

export type InputClass<K extends CaseAction> = Type<InputFor<CaseCommands[K]>>;

/** The input of each action. A new action fails to compile until it has one whose fields agree with its command. */
export const caseInputs = {
  // Report and scene
  fileReport: report.FileReportInput,
  supplementReport: report.SupplementReportInput,
  correctFact: report.CorrectFactInput,
  triageCase: report.TriageCaseInput,
  assignInvestigator: report.AssignInvestigatorInput,
  unassignInvestigator: report.UnassignInvestigatorInput,
  declareConflict: report.DeclareConflictInput,
  recordConflict: report.RecordConflictInput,
  linkCases: report.LinkCasesInput,
  unlinkCases: report.UnlinkCasesInput,
  recordSceneDetail: report.RecordSceneDetailInput,
  recordMedicalAid: report.RecordMedicalAidInput,
  // Agents, the federal supervisor, people
  recordAgent: people.RecordAgentInput,
  linkAgentIdentity: people.LinkAgentIdentityInput,
  unlinkAgentIdentity: people.UnlinkAgentIdentityInput,
  attemptFederalSupervisorIdentification: people.AttemptFederalSupervisorIdentificationInput,
  identifyFederalSupervisor: people.IdentifyFederalSupervisorInput,
  confirmFederalSupervisor: people.ConfirmFederalSupervisorInput,
  recordPerson: people.RecordPersonInput,
  takeStatement: people.TakeStatementInput,
  notifyComplainant: people.NotifyComplainantInput,
  requestFederalRecords: people.RequestFederalRecordsInput,
  recordFederalAnswer: people.RecordFederalAnswerInput,
  // Footage and exhibits
  requestPreservation: footage.RequestPreservationInput,
  registerFootage: footage.RegisterFootageInput,
  placeFootageHold: footage.PlaceFootageHoldInput,
  confirmFootageHold: footage.ConfirmFootageHoldInput,
  verifyFootage: footage.VerifyFootageInput,
  explainMismatch: footage.ExplainMismatchInput,
  reportFootageUnavailable: footage.ReportFootageUnavailableInput,
  annotateFootage: footage.AnnotateFootageInput,
  registerDerivedCopy: custody.RegisterDerivedCopyInput,
  registerExhibit: custody.RegisterExhibitInput,
  transferCustody: custody.TransferCustodyInput,
  acceptCustody: custody.AcceptCustodyInput,
  requestHoldRelease: custody.RequestHoldReleaseInput,
  recordCourtOrder: custody.RecordCourtOrderInput,
  endCourtOrder: custody.EndCourtOrderInput,
  decideHoldRelease: custody.DecideHoldReleaseInput,
  // Sealing and shredding
  sealCase: sealing.SealCaseInput,
  unsealCase: sealing.UnsealCaseInput,
  requestShredding: sealing.RequestShreddingInput,
  confirmShredding: sealing.ConfirmShreddingInput,
  // Allegations
  allegeViolation: allegations.AllegeViolationInput,
  linkEvidence: allegations.LinkEvidenceInput,
  withdrawEvidenceLink: allegations.WithdrawEvidenceLinkInput,
  withdrawViolation: allegations.WithdrawViolationInput,
  assessImmunity: allegations.AssessImmunityInput,
  markContrary: allegations.MarkContraryInput,
  // Review and referral
  submitForReview: review.SubmitForReviewInput,
  withdrawSubmission: review.WithdrawSubmissionInput,
  returnForWork: review.ReturnForWorkInput,
  escalateReview: review.EscalateReviewInput,
  appointApprover: review.AppointApproverInput,
  approveReview: review.ApproveReviewInput,
  approveLegally: review.ApproveLegallyInput,
  recordOutsideContact: review.RecordOutsideContactInput,
  ruleOnContact: review.RuleOnContactInput,
  approveReferral: referral.ApproveReferralInput,
  deliverReferral: referral.DeliverReferralInput,
  recordReferralReceipt: referral.RecordReferralReceiptInput,
  recordFollowUp: referral.RecordFollowUpInput,
  recordProsecutorDecision: referral.RecordProsecutorDecisionInput,
  withdrawReferral: referral.WithdrawReferralInput,
  notifyProsecutor: referral.NotifyProsecutorInput,
  resumeInvestigation: review.ResumeInvestigationInput,
  proposeClosing: review.ProposeClosingInput,
  closeCase: review.CloseCaseInput,
  reopenCase: review.ReopenCaseInput,
  grantAccess: review.GrantAccessInput,
  revokeAccess: review.RevokeAccessInput,
} satisfies { readonly [K in CaseAction]: InputClass<K> };

/** Fields of an input that its command does not have: they would be asked for and forgotten. */
type Surplus = {
  readonly [K in CaseAction]: InstanceType<(typeof caseInputs)[K]> extends { toData(): unknown }
    ? never
    : Exclude<keyof InstanceType<(typeof caseInputs)[K]>, keyof CommandInput | keyof CaseCommands[K]>;
}[CaseAction];

/**
 * The command that an action's input, read by the class that `caseInputs` has for it, asks for. While any input has a surplus, no call of
 * this compiles.
 */
export function commandOf<K extends [Surplus] extends [never] ? CaseAction : never>(type: K, input: CommandInput): CaseCommand {
  const data: unknown = 'toData' in input && typeof input.toData === 'function' ? input.toData() : dataOf(input);
  // A derivation: `caseInputs` was checked to give each action the data of its command.
  return { type, data } as CaseCommand;
}
