import type { StageName } from '#libs/domain';

/** Stages that are kept of one path; a longer one is cut, and says so. */
export const pathStagesMax = 24;

/** One letter for each stage: a path is a label of a counter, and stands in its index. Never changed, only added to. */
const letterOf = {
  REPORTED: 'R',
  UNDER_INVESTIGATION: 'U',
  SUPERVISOR_REVIEW: 'S',
  LEGAL_REVIEW: 'L',
  READY_FOR_REFERRAL: 'Y',
  REFERRAL_APPROVED: 'A',
  REFERRED: 'F',
  DECIDED: 'D',
  CLOSED: 'C',
} as const satisfies Record<StageName, string>;

/** Stands for whatever came after the stages that are kept. */
const cut = '+';
// The keys of the table are the stages.
const stageOf = new Map((Object.entries(letterOf) as [StageName, string][]).map(([stage, letter]) => [letter, stage]));

/** Stages in order as a label: `RUSLYAFD`. */
export function pathText(stages: readonly StageName[]): string {
  const letters = stages.slice(0, pathStagesMax).map((stage) => letterOf[stage]);
  return letters.join('') + (stages.length > pathStagesMax ? cut : '');
}

export interface Path {
  readonly stages: readonly StageName[];
  /** Whether more stages came after these. */
  readonly isCut: boolean;
}

export function readPath(text: string): Path {
  const stages = text.split('').flatMap((letter) => stageOf.get(letter) ?? []);
  return { stages, isCut: text.endsWith(cut) };
}
