/** Ids are branded, so that a footage id can't stand where an agent's is meant. They are parsed once, at the edge. */
declare const brand: unique symbol;
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type CaseId = Id<'Case'>;
export type EventId = Id<'Event'>;
export type CommandId = Id<'Command'>;
export type ReportId = Id<'Report'>;
export type AgentId = Id<'Agent'>;
export type PersonId = Id<'Person'>;
export type StatementId = Id<'Statement'>;
export type FootageId = Id<'Footage'>;
export type ExhibitId = Id<'Exhibit'>;
export type PreservationId = Id<'Preservation'>;
export type CourtOrderId = Id<'CourtOrder'>;
export type ViolationId = Id<'Violation'>;
export type EvidenceLinkId = Id<'EvidenceLink'>;
export type ContactId = Id<'Contact'>;
export type ReferralId = Id<'Referral'>;
export type RecordsRequestId = Id<'RecordsRequest'>;
export type ShreddingId = Id<'Shredding'>;
export type SceneDetailId = Id<'SceneDetail'>;
/** The subject (`sub`) of a verified token: any text of 1 to 128 characters, never a name. */
export type UserId = Id<'User'>;

/** Two ids of things of a case that evidence can point to. */
export type EvidenceRef =
  | { readonly kind: 'FOOTAGE'; readonly id: FootageId }
  | { readonly kind: 'EXHIBIT'; readonly id: ExhibitId }
  | { readonly kind: 'STATEMENT'; readonly id: StatementId }
  | { readonly kind: 'REPORT'; readonly id: ReportId }
  | { readonly kind: 'SCENE_DETAIL'; readonly id: SceneDetailId };
