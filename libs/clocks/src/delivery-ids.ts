import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { derivedId, type Uuid } from '#libs/envelope';
import type { Notice } from './port.js';

/** The id of a notice's delivery to the endpoint of this name. */
export type DeliveryIds = (endpoint: string, notice: Pick<Notice, 'caseId' | 'clockId' | 'kind' | 'at'>) => Uuid;

/** Separates this use of the pepper from every other. */
const purpose = 'caseledger/webhook-delivery/1';

/**
 * Ids that the same notice always has, also where the table of notices was lost and they are told of anew: a receiver knows the repeat. They are keyed, since who runs
 * the system is shown them without the case: who knows a case can't work out which deliveries are about it.
 */
export function deliveryIdsOf(pepper: KeyObject): DeliveryIds {
  const key = Buffer.from(hkdfSync('sha256', pepper, '', purpose, 32));
  return (endpoint, { caseId, clockId, kind, at }) => derivedId('webhook', createHmac('sha256', key).update(JSON.stringify([endpoint, caseId, clockId, kind, at])).digest('base64url'));
}
