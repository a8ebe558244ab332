import type { Actor } from '../kernel/actor.js';
import { changeEntry } from '../kernel/collections.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import type { FootageCommands } from './footage.commands.js';
import type { footageEvents } from './footage.events.js';
import { owesOwnReport, wearersOf } from './footage-hands.js';
import { isMissing, isSha256 } from './footage-rules.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { Case, FootageState } from './state.js';

type Commands = Pick<FootageCommands, 'verifyFootage' | 'explainMismatch' | 'annotateFootage' | 'registerDerivedCopy'>;
type Events = Pick<
  typeof footageEvents,
  'FootageVerified' | 'FootageMismatchFound' | 'MismatchExplained' | 'FootageAnnotated' | 'DerivedCopyRegistered'
>;

export const decideVerification: DecideTable<CaseCatalogue, Commands, Case, CaseContext, RefusalCode> = {
  verifyFootage({ footage, fingerprint }, state, { actor, caseId, elsewhere }) {
    const item = state.footage.get(footage);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case: register it first.');
    if (wearersOf(state, item).has(actor.actor)) return refuse('BARRED', 'You wore the camera: another custodian verifies its recording.');
    const { sha256 } = fingerprint;
    if (!isSha256(sha256)) return refuse('NO_HASH', 'Give the SHA-256 of the file: 64 lower-case hexadecimal characters.');
    const first = item.firstHash?.fingerprint.sha256 ?? null;
    if (first !== null && first !== sha256) {
      return [{ type: 'FootageMismatchFound', data: { footage, fingerprint, firstSha256: first } }];
    }
    const differing = elsewhere.claims.filter((claim) => claim.case !== caseId && claim.firstSha256 !== null && claim.firstSha256 !== sha256);
    const differsFrom = differing.map((claim) => claim.case);
    return [{ type: 'FootageVerified', data: { footage, fingerprint, first: first === null, differsFrom } }];
  },

  explainMismatch({ footage, explanation, reason }, state, { actor }) {
    const item = state.footage.get(footage);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case.');
    const open = openMismatches(item);
    if (open.length === 0) return refuse('NO_OPEN_MISMATCH', 'No mismatch of this recording waits for an explanation.');
    const verified = open.some((mismatch) => mismatch.by === actor.actor) || item.firstHash?.by === actor.actor;
    if (verified) return refuse('BARRED', 'You took one of the hashes that differ: another person explains the mismatch.');
    if (isMissing(reason)) return refuse('NO_REASON', 'Say on what the explanation rests.');
    const mismatches = open.map((mismatch) => mismatch.event);
    return [{ type: 'MismatchExplained', data: { footage, mismatches, explanation, reason } }];
  },

  annotateFootage({ footage, fromMs, toMs, note }, state, { actor }) {
    const item = state.footage.get(footage);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case.');
    if (owesOwnReport(state, actor.actor)) {
      return refuse('OWN_REPORT_MISSING', 'File your own report of the incident first: footage is viewed and annotated after it.');
    }
    if (isMissing(note)) return refuse('NO_REASON', 'Say what the recording shows there.');
    const last = toMs ?? fromMs;
    const length = lengthMsOf(item);
    if (fromMs < 0 || last < fromMs || (length !== null && last > length)) {
      return refuse('TIMECODE_OUTSIDE', `The timecode lies outside the recording${length === null ? '' : `, which is ${length} ms long`}.`);
    }
    return [{ type: 'FootageAnnotated', data: { footage, fromMs, toMs, note } }];
  },

  registerDerivedCopy({ of, kind, sha256, purpose }, state, { actor }) {
    const item = state.footage.get(of);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'The original is not on the case.');
    if (wearersOf(state, item).has(actor.actor)) return refuse('BARRED', 'You wore the camera: another person makes copies of its recording.');
    if (item.firstHash === null) return refuse('ORIGINAL_UNVERIFIED', 'Verify the original first: a copy is worth what its original is.');
    if (!isSha256(sha256)) return refuse('NO_HASH', 'Give the SHA-256 of the copy: 64 lower-case hexadecimal characters.');
    if (isMissing(purpose)) return refuse('NO_REASON', 'Say for what purpose the copy was made.');
    if (item.copies.some((copy) => copy.kind === kind && copy.sha256 === sha256)) return [];
    return [{ type: 'DerivedCopyRegistered', data: { of, kind, sha256, purpose } }];
  },
};

export const evolveVerification: EvolveTable<Events, Case, Actor> = {
  FootageVerified(state, { footage, fingerprint, first }, meta) {
    // A file that was hashed is there: an earlier 'unavailable' no longer stands.
    const verified = changeEntry(state.footage, footage, (item) => ({
      ...item,
      unavailable: null,
      lastVerifiedAt: meta.recordedAt,
      firstHash: first ? (item.firstHash ?? { event: meta.id, fingerprint, by: meta.by.actor, at: meta.recordedAt }) : item.firstHash,
    }));
    return { ...state, footage: verified, unavailabilities: state.unavailabilities.filter((other) => other.footage !== footage) };
  },

  FootageMismatchFound(state, { footage }, meta) {
    const found = { event: meta.id, by: meta.by.actor, explanation: null };
    const differing = changeEntry(state.footage, footage, (item) => ({
      ...item,
      lastVerifiedAt: meta.recordedAt,
      mismatches: [...item.mismatches, found],
    }));
    return { ...state, footage: differing };
  },

  MismatchExplained(state, { footage, mismatches, explanation }) {
    const explained = changeEntry(state.footage, footage, (item) => ({
      ...item,
      mismatches: item.mismatches.map((mismatch) => (mismatches.includes(mismatch.event) ? { ...mismatch, explanation } : mismatch)),
    }));
    return { ...state, footage: explained };
  },

  // An annotation changes nothing that a later decision rests on: the fact log keeps it.
  FootageAnnotated: (state) => state,

  DerivedCopyRegistered(state, { of, kind, sha256 }, meta) {
    const copied = changeEntry(state.footage, of, (item) => ({ ...item, copies: [...item.copies, { kind, sha256, event: meta.id }] }));
    return { ...state, footage: copied };
  },
};

export function openMismatches(item: FootageState): FootageState['mismatches'] {
  return item.mismatches.filter((mismatch) => mismatch.explanation === null);
}

/** The length of a recording in milliseconds, where it is known. */
function lengthMsOf(item: FootageState): number | null {
  if (item.durationMs !== null) return item.durationMs;
  if (item.startedAt === null || item.endedAt === null || item.endedAt < item.startedAt) return null;
  return Date.parse(item.endedAt) - Date.parse(item.startedAt);
}
