import type { AgentId, FootageId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import { type CaseRefusal, refuse } from './refusals.js';
import type { Case } from './state.js';
import type { Timecode } from './values.js';

/** Free text that says nothing counts as missing. It is the only thing a decider asks of a protected text. */
export function isBlank(text: string | null | undefined): boolean {
  return text === null || text === undefined || text.trim() === '';
}

/** The text as it was given, or null where it says nothing. */
export function textOrNull(text: string | null): string | null {
  return isBlank(text) ? null : text;
}

/** What is claimed to have happened can't lie in the future. `what` names it for a person: `The attempt`. */
export function refuseFuture(now: Instant, times: Readonly<Record<string, Instant | null>>): CaseRefusal | null {
  for (const [what, at] of Object.entries(times)) {
    if (at !== null && at > now) return refuse('TIME_IN_FUTURE', `${what} can't lie in the future: ${at} is after ${now}.`);
  }
  return null;
}

export function refuseUnknownAgents(state: Case, agents: readonly AgentId[]): CaseRefusal | null {
  const unknown = agents.find((agent) => !state.agents.has(agent));
  return unknown === undefined ? null : refuse('AGENT_UNKNOWN', `No agent '${unknown}' is recorded on this case: record the agent first.`);
}

export function refuseUnknownFootage(state: Case, footage: FootageId): CaseRefusal | null {
  if (state.footage.has(footage)) return null;
  return refuse('FOOTAGE_UNKNOWN', `No footage '${footage}' is registered on this case: register it first.`);
}

/** A timecode names footage of the case, and a place inside it (where its length is known). */
export function refuseTimecode(state: Case, timecode: Timecode | null): CaseRefusal | null {
  if (timecode === null) return null;
  const unknown = refuseUnknownFootage(state, timecode.footage);
  if (unknown !== null) return unknown;
  const lengthMs = state.footage.get(timecode.footage)?.durationMs ?? Number.MAX_SAFE_INTEGER;
  const lastMs = timecode.toMs ?? timecode.fromMs;
  if (timecode.fromMs >= 0 && timecode.fromMs <= lastMs && lastMs <= lengthMs) return null;
  return refuse('TIMECODE_OUTSIDE', `The timecode ${timecode.fromMs}–${lastMs} ms lies outside the recording.`);
}
