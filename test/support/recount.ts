import {
  absentCase,
  type Case,
  type CaseEvent,
  type Clock,
  evolveCase,
  foldClocks,
  localDate,
  noClocks,
  type Policy,
} from '#libs/domain';

/** What a dashboard counts: each thing with its case, the texts that it is counted by, and when. */
export interface Counted {
  readonly caseId: string;
  readonly sealed: boolean;
  readonly district: string | null;
  readonly key: string;
  readonly month: string;
  readonly at: string;
}

/** Everything that dashboards count, found again the slow way: by walking through each case as the domain folds it. No counter is looked at. */
export interface Recount {
  readonly pipeline: Counted[];
  readonly supervisors: Counted[];
  readonly workload: Counted[];
  readonly violations: Counted[];
  readonly stays: (Counted & { readonly ms: number })[];
  /** Each change of the stage: from, to and by which event. */
  readonly moves: (Counted & { readonly ms: number })[];
  /** The stages of each decided or closed case, and how long it took to the last. */
  readonly paths: (Counted & { readonly ms: number })[];
  readonly referrals: Counted[];
  readonly happened: Counted[];
  readonly clocks: (Counted & { readonly clock: Clock; readonly custodian: string | null; readonly investigator: string | null })[];
  readonly responses: (Counted & { readonly ms: number })[];
}

const monthOf = (at: string): string => localDate(at, 'America/Chicago').slice(0, 7);

export function recount(cases: readonly (readonly CaseEvent[])[], policy: Policy): Recount {
  const all: Recount = { pipeline: [], supervisors: [], workload: [], violations: [], stays: [], moves: [], paths: [], referrals: [], happened: [], clocks: [], responses: [] };
  for (const events of cases) recountCase(all, events, policy);
  return all;
}

/** Recorded times that the domain's state does not keep. */
class Times {
  readonly alleged = new Map<string, string>();
  readonly approved = new Map<string, string>();
  readonly delivered = new Map<string, string>();
  readonly registered = new Map<string, string>();
  readonly confirmed = new Map<string, string>();
  readonly confirmedIn = new Map<string, number>();
  closed: string | null = null;

  note({ type, data, meta: { recordedAt } }: CaseEvent, before: Case | null): void {
    if (type === 'ViolationAlleged') this.alleged.set(data.violation, recordedAt);
    if (type === 'ReferralApproved') this.approved.set(data.referral, recordedAt);
    if (type === 'ReferralDelivered') this.delivered.set(data.referral, data.deliveredAt);
    if (type === 'FootageRegistered') this.registered.set(data.footage, recordedAt);
    if (type === 'CaseClosed') this.closed = recordedAt;
    if (type === 'CaseReopened') this.closed = null;
    if (type === 'FootageHoldPlaced') this.confirmed.delete(data.footage);
    if (type === 'HoldReleased') this.confirmed.delete(data.footage);
    if (type === 'FootageHoldConfirmed' && data.footage !== null) {
      this.confirmed.set(data.footage, recordedAt);
      const flagged = before?.footage.get(data.footage)?.hold?.flaggedAt;
      if (flagged !== undefined) this.confirmedIn.set(data.footage, Date.parse(recordedAt) - Date.parse(flagged));
    }
  }
}

function recountCase(all: Recount, events: readonly CaseEvent[], policy: Policy): void {
  let state: Parameters<typeof evolveCase>[0] = absentCase;
  let clocks = noClocks;
  const times = new Times();
  const stays: { stage: string; to: string; by: string; ms: number; left: string }[] = [];
  let since = '';
  for (const event of events) {
    const after = evolveCase(state, event);
    clocks = foldClocks(clocks, event, state, after, policy);
    times.note(event, state.exists ? state : null);
    const [was, is] = [state.exists ? state.stage.name : null, after.exists ? after.stage.name : null];
    if (was !== is) {
      if (was !== null) stays.push({ stage: was, to: is ?? '', by: event.type, ms: Date.parse(event.meta.recordedAt) - Date.parse(since), left: event.meta.recordedAt });
      since = event.meta.recordedAt;
    }
    state = after;
  }
  if (!state.exists) return;
  const one: Case = state;
  const district = [...one.reports.values()].map(({ place }) => place.district).find((name) => name !== null) ?? null;
  const counted = (key: readonly (string | null)[], at: string): Counted => ({ caseId: one.id, sealed: one.sealed, district, key: key.map((part) => part ?? '-').join('/'), month: monthOf(at), at });
  all.pipeline.push(counted([one.stage.name], one.openedAt));
  all.supervisors.push(counted([supervisorStatus(one)], one.openedAt));
  if (one.stage.name !== 'CLOSED') all.workload.push(counted([one.investigator, one.stage.name], one.openedAt));
  for (const violation of one.violations.values()) {
    const at = times.alleged.get(violation.id) ?? '';
    all.happened.push(counted(['VIOLATION_ALLEGED'], at));
    if (violation.withdrawn) continue;
    const agencies = new Set(violation.agents.map((id) => one.agents.get(id)?.agencyConfirmed ?? one.agents.get(id)?.agencyClaimed ?? null));
    for (const agency of agencies.size === 0 ? [null] : agencies) all.violations.push(counted([violation.citation, agency], at));
    all.violations.push(counted([violation.citation, 'ALL'], at));
  }
  for (const { stage, to, by, ms, left } of stays) {
    all.stays.push({ ...counted([stage], left), ms });
    all.moves.push({ ...counted([stage, to, by], left), ms });
  }
  const { name } = one.stage;
  if (name === 'DECIDED' || name === 'CLOSED') all.paths.push({ ...counted([...stays.map(({ stage }) => stage), name], since), ms: Date.parse(since) - Date.parse(one.openedAt) });
  for (const referral of one.referrals.values()) {
    const at = times.approved.get(referral.id) ?? '';
    all.happened.push(counted(['REFERRAL_APPROVED'], at));
    const delivered = times.delivered.get(referral.id);
    if (delivered !== undefined) all.happened.push(counted(['REFERRAL_DELIVERED'], delivered));
    all.referrals.push(counted(['STATUS', referral.status, referral.addressee], at));
    if (referral.receipt !== null) all.referrals.push(counted(['RECEIPT', referral.receipt, referral.addressee], at));
    const last = new Map(referral.decisions.map(({ pair, outcome }) => [JSON.stringify([pair.violation, pair.agent]), outcome]));
    for (const outcome of last.values()) all.referrals.push(counted(['OUTCOME', outcome, referral.addressee], at));
    if (referral.status === 'DELIVERED' && last.size === 0) all.referrals.push(counted(['OUTCOME', 'AWAITED', referral.addressee], at));
  }
  all.happened.push(counted(['CASE_OPENED'], one.openedAt));
  if (times.closed !== null) all.happened.push(counted(['CASE_CLOSED'], times.closed));
  for (const footage of one.footage.values()) {
    all.happened.push(counted(['FOOTAGE_REGISTERED'], times.registered.get(footage.id) ?? ''));
    const confirmed = times.confirmed.get(footage.id);
    if (confirmed === undefined) continue;
    all.happened.push(counted(['HOLD_CONFIRMED'], confirmed));
    all.responses.push({ ...counted([footage.custody.custodian], confirmed), ms: times.confirmedIn.get(footage.id) ?? Number.NaN });
  }
  for (const clock of clocks.clocks) {
    const custodian = [...one.footage.values()].find(({ id }) => id === clock.subject)?.custody.custodian ?? null;
    all.clocks.push({ ...counted([clock.clock], clock.dueAt), clock, custodian, investigator: one.investigator });
  }
}

function supervisorStatus({ federalSupervisor: { attempts, identified, confirmed } }: Case): string {
  if (confirmed.length > 0) return 'CONFIRMED';
  if (identified.length > 0) return 'IDENTIFIED';
  if (attempts.some(({ outcome }) => outcome === 'DECLINED')) return 'DECLINED';
  return attempts.length > 0 ? 'ATTEMPTED' : 'NONE';
}
