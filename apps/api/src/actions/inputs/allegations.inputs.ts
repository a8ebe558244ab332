import { InputType } from '@nestjs/graphql';
import type { AgentId, EventId, EvidenceBearing, EvidenceLinkId, Jurisdiction, LimbFinding, OffenseClass, ViolationId } from '#libs/domain';
import { EvidenceBearingEnum, JurisdictionEnum, LimbFindingEnum, OffenseClassEnum } from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import { Choice, Count, Flag, Line, Lines, MaybeNested, MaybeParagraph, Nested, Paragraph, Uuid, Uuids } from './fields.js';
import { EvidenceInput } from './shared.inputs.js';

@InputType({ description: 'A state or local law that is alleged to be violated.' })
export class AllegeViolationInput extends CaseActionInput {
  @Choice(JurisdictionEnum, 'Whose law.')
  jurisdiction!: Jurisdiction;

  @Line('Its citation: `720 ILCS 5/12-3`.')
  citation!: string;

  @Line('The version of its text that was in force at the incident.')
  textVersion!: string;

  @Lines('Its elements, each in a few words.')
  elements!: readonly string[];

  @Uuids('The agents who are alleged to have violated it.')
  agents!: readonly AgentId[];

  @Choice(OffenseClassEnum, 'Class of the offense.')
  offenseClass!: OffenseClass;

  @MaybeParagraph('What is alleged. Protected.')
  description!: string | null;
}

@InputType({ description: 'Evidence for or against an element of a violation.' })
export class LinkEvidenceInput extends CaseActionInput {
  @Uuid('The violation.')
  violation!: ViolationId;

  @Count(0, 'Its element, counted from 0.')
  element!: number;

  @Nested(() => EvidenceInput, 'The evidence.', { exactlyOneOf: ['footage', 'exhibit', 'statement', 'report', 'sceneDetail'] })
  evidence!: EvidenceInput;

  @Choice(EvidenceBearingEnum, 'For or against.')
  bearing!: EvidenceBearing;

  @MaybeParagraph('How it does so. Protected.')
  note!: string | null;
}

@InputType({ description: 'An evidence link that is taken back.' })
export class WithdrawEvidenceLinkInput extends CaseActionInput {
  @Uuid('The link.')
  link!: EvidenceLinkId;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'An alleged violation that is withdrawn.' })
export class WithdrawViolationInput extends CaseActionInput {
  @Uuid('The violation.')
  violation!: ViolationId;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'One limb of the immunity inquiry.' })
export class LimbInput {
  @Choice(LimbFindingEnum, 'The finding.')
  finding!: LimbFinding;

  @Paragraph('The authority cited.')
  authority!: string;

  @Paragraph('The facts for it.')
  factsFor!: string;

  @Paragraph('The facts against it; mandatory, even if the text says that none is known.')
  factsAgainst!: string;
}

@InputType({ description: 'An assessment of federal immunity for one violation and agent: a record, never a computed verdict.' })
export class AssessImmunityInput extends CaseActionInput {
  @Uuid('The violation.')
  violation!: ViolationId;

  @Uuid('The agent.')
  agent!: AgentId;

  @MaybeNested(() => LimbInput, 'Limb 1: was the act authorized under federal law? Refused without it.')
  authorized!: LimbInput | null;

  @MaybeNested(() => LimbInput, 'Limb 2: was it no more than was necessary and proper? Refused without it.')
  necessaryAndProper!: LimbInput | null;

  @MaybeParagraph('What the agent is reported to have believed.')
  reportedBelief!: string | null;

  @MaybeParagraph('Whether that belief was reasonable.')
  beliefReasonable!: string | null;

  @MaybeParagraph('Whether removal to federal court is likely; decides nothing.')
  removalNote!: string | null;
}

@InputType({ description: 'A fact that speaks against the allegation. Never unmarked, only answered.' })
export class MarkContraryInput extends CaseActionInput {
  @Uuid('The event that holds the fact.')
  event!: EventId;

  @Paragraph('Why it speaks against it. Protected.')
  why!: string;

  @Flag('Does it concern a witness of the city?')
  cityWitness!: boolean;
}
