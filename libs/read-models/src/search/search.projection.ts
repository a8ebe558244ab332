import type { CaseEventType, EventId } from '#libs/domain';
import { bigint, defineTable, text, uuid } from '../engine/columns.js';
import { defineProjection } from '../engine/projection.js';

const searchText = defineTable({
  columns: {
    case_id: uuid(),
    /** Event and field. */
    text_id: text(),
    /** The data key that sealed it: when that is destroyed, these rows go. */
    key_id: text(),
    event_id: text<EventId>(),
    position: bigint(),
    type: text<CaseEventType>(),
    field: text(),
    content: text(),
  },
  id: 'text_id',
  generated: [`words tsvector GENERATED ALWAYS AS (to_tsvector('english', content)) STORED`],
  indexes: ['USING gin (words)', '(key_id)', '(position)'],
});

/** The one plaintext copy of protected texts. Filled by its own feed (search-feed.ts), which needs the keys. */
export const searchProjection = defineProjection({ name: 'search_text', version: 1, tables: { search_text: searchText }, fold: {} });
