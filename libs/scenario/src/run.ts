import type { Answer, CaseThings, ScenarioPort } from './port.js';
import { cast, type Scene, type Step } from './steps.js';

export interface Played {
  readonly step: Step;
  readonly answer: Answer;
  /** Revision of the case after the step. */
  readonly revision: number;
}

export interface Play {
  readonly caseId: string;
  readonly caseNumber: string | null;
  readonly played: readonly Played[];
  /** As the case stands at the end. */
  readonly things: CaseThings;
  /** Of the last event: ask for a trail that shows at least this. */
  readonly position: string | null;
}

/** A step came out otherwise than the scenario says: the service or the scenario is wrong. */
export class ScenarioBroken extends Error {
  override readonly name = 'ScenarioBroken';
}

const nothing: CaseThings = {
  stage: 'ABSENT',
  revision: -1,
  agents: [],
  persons: [],
  statements: [],
  footage: [],
  violations: [],
  referrals: [],
  outsideContacts: [],
  federalSupervisor: { identified: [] },
};

/** Plays the steps in their order. @throws ScenarioBroken */
export async function play(steps: readonly Step[], port: ScenarioPort, now: Date, onStep: (played: Played) => void = () => undefined): Promise<Play> {
  const before = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
  const played: Played[] = [];
  let things = nothing;
  let opened: Extract<Answer, { kind: 'RECORDED' }> | null = null;
  let position: string | null = null;
  for (const step of steps) {
    const scene: Scene = { things, before };
    const answer = await port.act(step.as, step.action, { ...step.input(scene), ...(opened === null ? {} : { caseId: opened.caseId }) });
    check(step, answer);
    if (answer.kind === 'RECORDED') {
      opened ??= answer;
      position = answer.position ?? position;
      things = await port.look(cast.supervisor, opened.caseId);
    }
    played.push({ step, answer, revision: things.revision });
    onStep({ step, answer, revision: things.revision });
  }
  if (opened === null) throw new ScenarioBroken('no step opened a case');
  return { caseId: opened.caseId, caseNumber: opened.caseNumber, played, things, position };
}

function check({ action, refused }: Step, answer: Answer): void {
  const wanted = refused ?? 'RECORDED';
  const came = answer.kind === 'RECORDED' ? 'RECORDED' : answer.code;
  if (came !== wanted) throw new ScenarioBroken(`${action}: ${wanted} was expected and ${came} came${answer.kind === 'REFUSED' ? `: ${answer.message}` : ''}`);
}
