import type { AuditNode } from '#libs/read-models';
import type { TrailFormat } from './trail-format.js';

/** Names as GraphQL has them. */
const stepOf = (row: AuditNode) => ({
  // A position may pass 2^53.
  position: String(row.position),
  recordedAt: row.recorded_at,
  caseId: row.case_id,
  revision: row.revision,
  eventId: row.event_id,
  type: row.type,
  title: row.title,
  summary: row.summary,
  outcome: row.outcome,
  actor: row.actor,
  roles: row.roles,
  unit: row.unit,
  marks: row.marks,
  things: row.things,
  leafHash: row.leaf,
});

export const ndjsonFormat: TrailFormat = {
  mediaType: 'application/x-ndjson',
  extension: 'ndjson',
  writer: () => ({ begin: () => '', step: (row) => `${JSON.stringify(stepOf(row))}\n`, end: () => '' }),
};
