import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../kernel/actor.js';
import type { EventMeta } from '../kernel/decider.js';
import type { UserId } from '../kernel/ids.js';
import { userStream } from './user.decider.js';

const admin: Actor = { actor: 'admin-1' as UserId, roles: ['ADMIN'], unit: null, purpose: null, authority: null };
const data = { issuer: 'https://issuer.example', user: 'officer-1' as UserId, reason: 'Left the department (invented).' };
const context = { now: '2026-03-02T15:00:00.000Z', actor: admin };
const meta = {} as EventMeta<Actor>;

describe('a user', () => {
  it('is disabled and enabled by one event each; twice records nothing', () => {
    const disabled = userStream.decide({ type: 'disableUser', data }, userStream.initial, context);
    expect(disabled).toEqual([{ type: 'UserDisabled', data }]);
    const state = userStream.evolve(userStream.initial, { type: 'UserDisabled', data }, meta);
    expect(state).toEqual({ disabled: true });
    expect(userStream.decide({ type: 'disableUser', data }, state, context)).toEqual([]);
    expect(userStream.decide({ type: 'enableUser', data }, state, context)).toEqual([{ type: 'UserEnabled', data }]);
    expect(userStream.decide({ type: 'enableUser', data }, userStream.initial, context)).toEqual([]);
  });

  it('neither disables nor enables themselves', () => {
    const own = { ...data, user: admin.actor };
    expect(userStream.decide({ type: 'disableUser', data: own }, { disabled: false }, context)).toMatchObject({ code: 'ONESELF' });
    expect(userStream.decide({ type: 'enableUser', data: own }, { disabled: true }, context)).toMatchObject({ code: 'ONESELF' });
  });
});
