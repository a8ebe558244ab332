import { Temporal } from 'temporal-polyfill';
import type { Instant, OccurredAt, Precision, TimeMark } from './time.types.js';

/**
 * A time as a person gives it: either an instant (with offset), or a local date and time in a zone, or a local date alone; both ends may
 * be missing. `offset` picks one of the two instants of a local time that occurs twice (the night the clocks go back).
 */
export interface WhenInput {
  readonly earliest: LocalOrInstant | null;
  readonly latest: LocalOrInstant | null;
  readonly precision: Precision;
  readonly source: string;
  /** IANA zone, `America/Chicago`. */
  readonly zone: string;
}

export type LocalOrInstant =
  | { readonly instant: Instant }
  | { readonly local: string; readonly offset?: string | null };

export type WhenProblem =
  | { readonly kind: 'UNKNOWN_ZONE'; readonly message: string }
  | { readonly kind: 'NO_SUCH_TIME'; readonly message: string }
  | { readonly kind: 'AMBIGUOUS'; readonly message: string; readonly offsets: readonly string[] }
  | { readonly kind: 'BACKWARDS'; readonly message: string };

/** What became of a local time that the clocks show twice, or never. */
export type LocalTimeMark = Extract<TimeMark, 'LOCAL_TIME_AMBIGUOUS' | 'LOCAL_TIME_SKIPPED'>;

export type WhenResult =
  | { readonly kind: 'OK'; readonly when: OccurredAt; readonly marks: readonly LocalTimeMark[] }
  | { readonly kind: 'PROBLEM'; readonly problem: WhenProblem };

interface Span {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** The two as they are stored: printing one costs as much as reading it. */
  readonly fromText: Instant;
  readonly toText: Instant;
  readonly mark: LocalTimeMark | null;
}

function spanOf(from: Temporal.Instant, to: Temporal.Instant, mark: LocalTimeMark | null): Span {
  const fromText = instantText(from);
  return { from, to, fromText, toText: from === to ? fromText : instantText(to), mark };
}

const problem = (p: WhenProblem): WhenResult => ({ kind: 'PROBLEM', problem: p });

/**
 * Turns a time as given into a span of instants. A local time that occurs twice is a problem that offers both offsets, unless
 * `ambiguity` is `SPAN` (imports): then the span covers both. A local time skipped by the clocks never happened: a problem, too;
 * under `SPAN` it is read with the offset before the change, as clocks that were not put forward would have shown it.
 */
export function resolveWhen(input: WhenInput, ambiguity: 'REFUSE' | 'SPAN'): WhenResult {
  if (!isZone(input.zone)) return problem({ kind: 'UNKNOWN_ZONE', message: `There is no time zone '${input.zone}'.` });
  const unknown = input.precision === 'UNKNOWN' || (input.earliest === null && input.latest === null);
  if (unknown) return { kind: 'OK', marks: [], when: { earliest: null, latest: null, precision: 'UNKNOWN', source: input.source, zone: input.zone } };
  const first = input.earliest ?? input.latest;
  const last = input.latest ?? input.earliest;
  if (first === null || last === null) throw new Error('unreachable: one end is given');
  const start = resolveEnd(first, input, ambiguity);
  if ('kind' in start) return problem(start);
  const end = resolveEnd(last, input, ambiguity);
  if ('kind' in end) return problem(end);
  if (Temporal.Instant.compare(start.from, end.to) > 0) {
    return problem({ kind: 'BACKWARDS', message: 'The latest time lies before the earliest.' });
  }
  const marks = [...new Set([start.mark, end.mark].filter((mark) => mark !== null))];
  const precision = marks.length > 0 && input.precision === 'EXACT' ? 'APPROXIMATE' : input.precision;
  return {
    kind: 'OK',
    marks,
    when: { earliest: start.fromText, latest: end.toText, precision, source: input.source, zone: input.zone },
  };
}

function resolveEnd(given: LocalOrInstant, input: WhenInput, ambiguity: 'REFUSE' | 'SPAN'): Span | WhenProblem {
  if ('instant' in given) {
    const at = parseOr(() => Temporal.Instant.from(given.instant));
    return at === null ? { kind: 'NO_SUCH_TIME', message: `'${given.instant}' is not a time.` } : spanOf(at, at, null);
  }
  return resolveGiven(given.local, given.offset ?? null, input.zone, ambiguity);
}

const remembered = new Map<string, Span>();
/** Local times that are remembered: files and lists name the same days again and again, and one takes the calendar 0.1 ms. */
const rememberedMax = 4_000;
/** Longer texts are not remembered, so that the memory has a bound. */
const rememberedCharsMax = 40;

function resolveGiven(text: string, offset: string | null, zone: string, ambiguity: 'REFUSE' | 'SPAN'): Span | WhenProblem {
  // No part that is a time, an offset or a zone holds a line break.
  const key = [text, offset ?? '', zone, ambiguity].join('\n');
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const span = resolveAnew(text, offset, zone, ambiguity);
  if ('kind' in span || key.length > rememberedCharsMax + zone.length) return span;
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(key, span);
  return span;
}

function resolveAnew(text: string, offset: string | null, zone: string, ambiguity: 'REFUSE' | 'SPAN'): Span | WhenProblem {
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const local = parseOr(() => Temporal.PlainDateTime.from(text, { overflow: 'reject' }));
  if (local === null) return { kind: 'NO_SUCH_TIME', message: `'${text}' is not a date or time of the calendar.` };
  return dateOnly ? wholeDay(local.toPlainDate(), zone) : resolveLocal(local, offset, zone, ambiguity);
}

/** From the day's first instant to the last millisecond before the next day's first. */
function wholeDay(day: Temporal.PlainDate, zone: string): Span {
  const from = day.toZonedDateTime(zone).toInstant();
  const to = day.add({ days: 1 }).toZonedDateTime(zone).toInstant().subtract({ milliseconds: 1 });
  return spanOf(from, to, null);
}

function resolveLocal(local: Temporal.PlainDateTime, offset: string | null, zone: string, ambiguity: 'REFUSE' | 'SPAN'): Span | WhenProblem {
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) {
    const at = earlier.toInstant();
    return spanOf(at, at, null);
  }
  // 'earlier' and 'later' read a skipped time too, but neither shows it on its clock.
  if (!earlier.toPlainDateTime().equals(local)) {
    if (ambiguity === 'REFUSE') return { kind: 'NO_SUCH_TIME', message: `${local.toString()} did not occur in ${zone}: the clocks were put forward.` };
    return spanOf(earlier.toInstant(), later.toInstant(), 'LOCAL_TIME_SKIPPED');
  }
  if (offset !== null) {
    const chosen = [earlier, later].find((z) => z.offset === offset);
    if (chosen !== undefined) return spanOf(chosen.toInstant(), chosen.toInstant(), null);
  }
  if (ambiguity === 'SPAN') return spanOf(earlier.toInstant(), later.toInstant(), 'LOCAL_TIME_AMBIGUOUS');
  const offsets = [earlier.offset, later.offset];
  return { kind: 'AMBIGUOUS', message: `${local.toString()} occurred twice in ${zone}: say ${offsets.join(' or ')}.`, offsets };
}

function instantText(at: Temporal.Instant): Instant {
  return at.toString({ fractionalSecondDigits: 3, roundingMode: 'floor' });
}

function parseOr<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

const zones = new Map<string, boolean>();
/** More zones than exist; a flood of invented names must not grow the cache. */
const zonesMax = 1_000;
function isZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const valid = zone.includes('/') || zone === 'UTC' ? parseOr(() => Temporal.PlainDate.from('2026-01-01').toZonedDateTime(zone)) !== null : false;
  if (zones.size < zonesMax) zones.set(zone, valid);
  return valid;
}
