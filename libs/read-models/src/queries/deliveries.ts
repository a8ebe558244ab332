import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { deliveryReach } from '#libs/access';
import type { ClockName, ClockSubjectKind } from '#libs/domain';
import { type Columns, instant, integer, orNull, type RowOf, type Table, text, uuid } from '../engine/columns.js';
import { Conditions } from './conditions.js';
import type { Lister, Source } from './lister.js';
import type { Connection, PageInput, Sort } from './page.js';

export const deliveryStates = ['PENDING', 'DELIVERED', 'DEAD'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Made by infra/migrations/0095_webhook_view.sql. Its `case_id` is shown as `shown_case` alone, to who sees the case. */
const columns = {
  delivery_id: uuid(),
  endpoint: text(),
  kind: text<'WARNING' | 'BREACH'>(),
  clock: text<ClockName>(),
  subject_kind: text<ClockSubjectKind>(),
  due_at: instant(),
  state: text<DeliveryState>(),
  attempts: integer(),
  retries: integer(),
  created_at: instant(),
  /** Null: it is not tried again by itself. */
  next_at: orNull(instant()),
  last_status: orNull(integer()),
  last_error: orNull(text()),
  settled_at: orNull(instant()),
} as const satisfies Columns;
const table: Table<typeof columns> = { columns, id: null, appendOnly: false, indexes: [], generated: [] };
const shown = { shown_case: orNull(uuid()) } as const satisfies Columns;

export type DeliveryNode = RowOf<typeof table> & RowOf<Table<typeof shown>>;

const sort: Sort = { name: 'delivery', key: sql`d.created_at`, keyKind: 'INSTANT', id: sql`d.delivery_id`, idKind: 'UUID' };

/** Whether the viewer sees the case of a row, judged by the roles alone in which deliveries tell of one. */
function seesCase(lister: Lister): RawBuilder<SqlBool> {
  const roles = deliveryReach(lister.asker.roles)?.casesAs ?? [];
  return roles.length === 0 ? sql<SqlBool>`false` : lister.maySee(sql`d.case_id`, { ...lister.asker, roles });
}

const visible = (lister: Lister): RawBuilder<SqlBool> => (deliveryReach(lister.asker.roles)?.every === true ? sql<SqlBool>`true` : seesCase(lister));

const sourceFor = (lister: Lister): Source<typeof table> => ({
  name: 'webhook_delivery',
  alias: 'd',
  table,
  visible,
  join: sql`CROSS JOIN LATERAL (SELECT CASE WHEN ${seesCase(lister)} THEN d.case_id END AS shown_case) AS c`,
  joined: { c: shown },
});

export interface DeliveriesInput {
  readonly state?: DeliveryState | null;
  readonly endpoint?: string | null;
  readonly page?: PageInput;
}

/** Deliveries, the newest first. Of none is the payload shown. @throws BadInput */
export function listDeliveries(lister: Lister, { state, endpoint, page = {} }: DeliveriesInput): Promise<Connection<DeliveryNode>> {
  const conditions = new Conditions(table, 'd').equals('endpoint', endpoint).equals('state', state);
  return lister.list({ source: sourceFor(lister), conditions: conditions.all, sort, direction: 'DESC', page });
}

export interface DeliveryCount {
  readonly endpoint: string;
  readonly state: DeliveryState;
  readonly count: number;
}

/** How many of the deliveries that the viewer sees stand how; null: they see none at all. */
export async function deliveryCounts(lister: Lister): Promise<readonly DeliveryCount[] | null> {
  if (deliveryReach(lister.asker.roles) === null) return null;
  const counted = await lister.counted(sourceFor(lister), ['endpoint', 'state']);
  // A codec: the columns of the table are what was selected.
  return counted.map(({ values: [endpoint, state], count }) => ({ endpoint: endpoint as string, state: state as DeliveryState, count }));
}
