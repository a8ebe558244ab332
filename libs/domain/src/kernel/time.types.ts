/** A UTC instant as text, to the millisecond: `2026-11-22T10:15:30.123Z`. Texts of this form sort as their times do. */
export type Instant = string;

export type Precision = 'EXACT' | 'MINUTE' | 'DAY' | 'APPROXIMATE' | 'UNKNOWN';

/** When something happened: a span, since people rarely know a moment. Both ends null: unknown. */
export interface OccurredAt {
  readonly earliest: Instant | null;
  readonly latest: Instant | null;
  readonly precision: Precision;
  /** Who or what says so: `reporter`, `dispatch`, `camera clock`, the name of an imported file. */
  readonly source: string;
  /** IANA zone in which the local time was given. */
  readonly zone: string;
}

/** Orders of times that can't be are kept and marked, never dropped. */
export type TimeMark =
  | 'OCCURRED_AFTER_REPORTED'
  | 'ON_SCENE_BEFORE_OCCURRED'
  | 'ARRIVED_BEFORE_SUMMONED'
  | 'LOCAL_TIME_AMBIGUOUS'
  | 'LOCAL_TIME_SKIPPED'
  | 'ENDED_BEFORE_STARTED';
