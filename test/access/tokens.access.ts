import type { AccessPart } from './part.js';
import { tryDoors } from './token-doors.js';

export const tokensPart: AccessPart = {
  name: 'tokens',
  async run() {
    const { tokens, tried, failed } = await tryDoors();
    return [{ what: `${tokens} hostile tokens at a query, a socket and a download`, tried, failed }];
  },
};
