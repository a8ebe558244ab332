import type * as domain from '#libs/domain';
import { refusalCodes } from '#libs/domain';
import { recorderRefusalCodes } from '#libs/recorder';
import { registerEnumType } from '@nestjs/graphql';
import { graphqlEnum } from './graphql-enum.js';

/** The closed lists of the domain (libs/domain: values.ts) as GraphQL enums, for actions and reads alike. */
export const YesNoUnknownEnum = graphqlEnum<domain.YesNoUnknown>('YesNoUnknown', 'An answer that admits that it is not known.', {
  YES: 'Yes.',
  NO: 'No.',
  UNKNOWN: 'Not known, or not asked.',
});

export const ReportOriginEnum = graphqlEnum<domain.ReportOrigin>('ReportOrigin', 'Where a report comes from.', {
  OFFICER: 'A city officer reports what they met.',
  CIVILIAN: 'A member of the public reports.',
  OTHER_BODY: 'Another public body passes it on.',
  IMPORTED: 'Taken over from another system of record. Starts no clock until triage.',
});

export const FiledReportOriginEnum = graphqlEnum<Exclude<domain.ReportOrigin, 'IMPORTED'>>(
  'FiledReportOrigin',
  'Where a report that is filed by a person comes from. Reports of other systems come through `importReports`.',
  {
    OFFICER: 'A city officer reports what they met.',
    CIVILIAN: 'A member of the public reports.',
    OTHER_BODY: 'Another public body passes it on.',
  },
);

export const PrecisionEnum = graphqlEnum<domain.Precision>('Precision', 'How well a time is known.', {
  EXACT: 'To the second, from a clock.',
  MINUTE: 'To the minute.',
  DAY: 'The day alone.',
  APPROXIMATE: 'As remembered: somewhere in the span.',
  UNKNOWN: 'Not known; the span is empty.',
});

export const TriageOutcomeEnum = graphqlEnum<domain.TriageOutcome>('TriageOutcome', 'What becomes of a reported case.', {
  INVESTIGATE: 'It is investigated.',
  PROPOSE_CLOSING: 'It is proposed for closing; a supervisor decides.',
});

export const SceneDetailKindEnum = graphqlEnum<domain.SceneDetailKind>('SceneDetailKind', 'What a detail of the scene is about.', {
  VEHICLE: 'A vehicle: plate or description.',
  FORCE: 'Force that was reported.',
  WEAPON: 'A weapon that was seen or used.',
  DETENTION: 'Someone was held or taken away.',
  WARRANT_SHOWN: 'A warrant was shown; judicial or administrative.',
  AUTHORITY_STATED: "The authority that an agent stated, in the agent's words.",
  OFFICER_PRESENT: 'A city officer who was there.',
  CAMERA_PRESENT: 'A camera that was there, and who holds its recordings.',
  PLACE: 'More about the place.',
});

export const WarrantKindEnum = graphqlEnum<domain.WarrantKind>('WarrantKind', 'Who signed the warrant that was shown.', {
  JUDICIAL: 'A judge or magistrate.',
  ADMINISTRATIVE: 'An agency.',
  UNKNOWN: 'It could not be seen.',
});

export const IdentificationOutcomeEnum = graphqlEnum<domain.IdentificationOutcome>(
  'IdentificationOutcome',
  'How an attempt to identify the federal supervisor on scene ended.',
  {
    IDENTIFIED: 'Someone was identified.',
    DECLINED: 'They were asked and declined: a complete, valid outcome.',
    NOT_PRESENT: 'No federal supervisor was there.',
    UNABLE: 'It was not possible to ask.',
    NO_OFFICER_ON_SCENE: 'No city officer was there to ask.',
  },
);

export const ConfidenceEnum = graphqlEnum<domain.Confidence>('Confidence', 'How sure the person is who records it.', {
  LOW: 'A lead.',
  MEDIUM: 'Likely.',
  HIGH: 'As good as certain.',
});

export const IdentityBasisEnum = graphqlEnum<domain.IdentityBasis>('IdentityBasis', 'What an identity is based on. A face match alone is no basis.', {
  BADGE: 'A badge number that was seen.',
  NAME_TAG: 'A name tag that was seen.',
  OWN_STATEMENT: 'The agent said so.',
  DOCUMENT: 'A document.',
  FEDERAL_ANSWER: "A federal agency's answer.",
  WITNESS: 'A witness said so.',
  VEHICLE_RECORD: 'The record of a vehicle.',
  FACE_MATCH: 'A match of faces.',
});

export const PersonIdentityEnum = graphqlEnum<domain.PersonIdentity>('PersonIdentity', "How a person's identity is treated.", {
  NAMED: 'By name.',
  CONFIDENTIAL: 'Known to the city, shown by a designation.',
  ANONYMOUS: 'Not known to the city.',
});

export const PersonRoleEnum = graphqlEnum<domain.PersonRole>('PersonRole', 'What a person has to do with the incident.', {
  AFFECTED_PERSON: 'The incident is reported to have affected them.',
  WITNESS: 'They saw or heard it.',
  COMPLAINANT: 'They complained of it.',
});

export const StatementKindEnum = graphqlEnum<domain.StatementKind>('StatementKind', 'How a statement is set down.', {
  VERBATIM: 'Word for word.',
  SUMMARY: 'In the words of whoever took it.',
});

export const VoluntarinessEnum = graphqlEnum<domain.Voluntariness>('Voluntariness', 'Whether a statement was given freely.', {
  VOLUNTARY: 'Given freely.',
  COMPELLED: 'Ordered. It is walled off from everyone who works on the case but the named legal reader.',
});

export const FederalAnswerEnum = graphqlEnum<domain.FederalAnswer>('FederalAnswer', 'How a federal agency answered a request.', {
  PRODUCED: 'It produced what was asked for.',
  PARTLY: 'It produced a part.',
  REFUSED: 'It refused.',
});

export const FootageKindEnum = graphqlEnum<domain.FootageKind>('FootageKind', 'What kind of recording it is; decides how long its source keeps it.', {
  BODY_WORN: "A city officer's body-worn camera.",
  IN_CAR: 'A camera in a city vehicle.',
  FIXED_CAMERA: 'A fixed public camera.',
  DRONE: 'A city drone.',
  DISPATCH_AUDIO: 'Radio or telephone of the dispatch centre.',
  PHONE: 'Somebody’s phone.',
  PRIVATE_CCTV: 'A private camera.',
  FEDERAL: 'A recording that a federal agency holds.',
});

export const MismatchExplanationEnum = graphqlEnum<domain.MismatchExplanation>(
  'MismatchExplanation',
  "Why a recording's hash differs from the first one.",
  {
    OTHER_EXPORT: 'Another export of the same recording.',
    DAMAGED_COPY: 'The copy is damaged.',
    WRONG_FILE: 'The wrong file was hashed.',
    ALTERATION_SUSPECTED: 'It may have been altered.',
  },
);

export const UnavailabilityReasonEnum = graphqlEnum<domain.UnavailabilityReason>(
  'UnavailabilityReason',
  'Why a recording does not exist or cannot be had.',
  {
    NO_CAMERA: 'No camera was worn or there.',
    NOT_ACTIVATED: 'The camera was not switched on.',
    FAULT: 'The camera failed.',
    NOT_UPLOADED: 'The recording was never uploaded.',
    DELETED: 'Its source deleted it.',
    OWNER_REFUSED: 'Its owner refused.',
    FEDERAL_ONLY: 'A federal agency alone has it.',
  },
);

export const DerivedCopyKindEnum = graphqlEnum<domain.DerivedCopyKind>('DerivedCopyKind', 'How a copy differs from its original.', {
  REDACTED: 'Parts are made unrecognizable.',
  CLIP: 'Cut.',
  ENHANCED: 'Made clearer.',
  TRANSCRIPT: 'Written down.',
});

export const ExhibitKindEnum = graphqlEnum<domain.ExhibitKind>('ExhibitKind', 'What an exhibit is.', {
  DOCUMENT: 'A document.',
  PHOTOGRAPH: 'A photograph.',
  OBJECT: 'A thing.',
  DIGITAL: 'A file.',
  MEDICAL_RECORD: 'A medical record.',
  OTHER: 'Something else; the description says what.',
});

export const HoldReleaseGroundEnum = graphqlEnum<domain.HoldReleaseGround>('HoldReleaseGround', 'Why a hold should be released.', {
  RETENTION_ENDED: 'It was kept for as long as the law and the policy ask.',
  PLACED_IN_ERROR: 'It was placed in error.',
  COURT_ORDERED: 'A court ordered it.',
});

export const CourtOrderKindEnum = graphqlEnum<domain.CourtOrderKind>('CourtOrderKind', 'What a court ordered.', {
  PRESERVE: 'To keep.',
  RELEASE: 'To release a hold.',
  SEAL: 'To seal.',
  EXPUNGE: 'To expunge.',
});

export const JurisdictionEnum = graphqlEnum<domain.Jurisdiction>('Jurisdiction', 'Whose law is alleged to be violated.', {
  STATE: "The state's.",
  LOCAL: "The city's or the county's.",
});

export const OffenseClassEnum = graphqlEnum<domain.OffenseClass>('OffenseClass', 'Class of the alleged offense; decides the limitation.', {
  FELONY: 'A felony.',
  MISDEMEANOR: 'A misdemeanor.',
  ORDINANCE: 'A violation of an ordinance.',
  UNKNOWN: 'Not determined; the shortest limitation is shown.',
});

export const EvidenceBearingEnum = graphqlEnum<domain.EvidenceBearing>('EvidenceBearing', 'What evidence does to an element of a violation.', {
  SUPPORTS: 'It speaks for the element.',
  CONTRADICTS: 'It speaks against the element.',
});

export const LimbFindingEnum = graphqlEnum<domain.LimbFinding>('LimbFinding', 'The finding on one limb of the immunity inquiry.', {
  YES: 'The limb is met.',
  NO: 'The limb is not met.',
  UNDETERMINED: 'Not determined.',
});

export const ApprovalEnum = graphqlEnum<domain.Approval>('Approval', 'One of the three approvals before a referral; no person gives two of them.', {
  SUPERVISOR: "The supervisor's.",
  LEGAL: 'The legal one.',
  REFERRAL: 'That of the referral authority.',
});

export const ContactDirectionEnum = graphqlEnum<domain.ContactDirection>('ContactDirection', 'Who turned to whom.', {
  TO_THE_CITY: 'Someone outside turned to the city.',
  FROM_THE_CITY: 'The city turned to someone outside.',
});

export const ContactPartyEnum = graphqlEnum<domain.ContactParty>('ContactParty', 'Who outside the inquiry communicated about the case.', {
  ELECTED_OFFICIAL: 'An elected official.',
  STAFF_OF_ELECTED_OFFICIAL: 'Staff of an elected official.',
  PARTY: 'A party, or who speaks for one.',
  FEDERAL_AGENCY: 'A federal agency.',
});

export const ContactRulingEnum = graphqlEnum<domain.ContactRuling>('ContactRuling', 'What was ruled on an outside contact.', {
  CLEARED: 'It was proper.',
  IMPROPER: 'It was not: approvals are void until the named people are replaced.',
});

export const ReceiptOutcomeEnum = graphqlEnum<domain.ReceiptOutcome>('ReceiptOutcome', 'Whether the addressee took a referral.', {
  RECEIVED: 'They took it.',
  RECEIPT_REFUSED: 'They refused to take it.',
});

export const ProsecutorOutcomeEnum = graphqlEnum<domain.ProsecutorOutcome>(
  'ProsecutorOutcome',
  "A prosecutor's decision on one violation and agent.",
  {
    CHARGES_APPROVED: 'Charges are brought.',
    CHARGES_REJECTED: 'No charges.',
    CONTINUED_INVESTIGATION: 'More investigation is asked for; not final.',
    RETURNED: 'Sent back; not final.',
  },
);

export const DispositionEnum = graphqlEnum<domain.Disposition>('Disposition', 'As what a case is closed.', {
  CHARGED: 'Charges were brought.',
  CHARGES_REJECTED: 'The prosecutor rejected charges.',
  REFERRED_NO_DECISION: 'Referred; receipt refused, or three follow-ups unanswered.',
  INSUFFICIENT_EVIDENCE: 'The evidence does not carry it.',
  UNFOUNDED: 'It did not happen as reported.',
  LAWFUL_CONDUCT: 'What happened was lawful.',
  IMMUNITY_BARS: 'Federal immunity is held to bar it.',
  AGENT_NOT_IDENTIFIED: 'Nobody could be identified.',
  LIMITATION_PASSED: 'The limitation has passed.',
  NO_JURISDICTION: 'Neither the city nor the state has jurisdiction.',
  OTHER_AGENCY: 'Another agency has taken it.',
  DUPLICATE_OF: 'Another case has it.',
});

/** Messages say what a code means in each case; the codes themselves are stable. */
export const RefusalCodeEnum = Object.fromEntries([...refusalCodes, ...recorderRefusalCodes].map((code) => [code, code]));
registerEnumType<object>(RefusalCodeEnum, {
  name: 'RefusalCode',
  description: 'Why an action was refused. Codes are stable and never change their meaning; the message beside one is for a person.',
});
