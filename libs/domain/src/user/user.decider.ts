import { clear, defineEvent } from '../kernel/event-schema.js';
import type { UserId } from '../kernel/ids.js';
import { defineStream } from '../kernel/stream-kind.js';
import { refuse } from '../case/refusals.js';

export const userEvents = {
  UserDisabled: defineEvent({ title: 'User disabled', fields: { issuer: clear<string>(), user: clear<UserId>(), reason: clear<string>() } }),
  UserEnabled: defineEvent({ title: 'User enabled', fields: { issuer: clear<string>(), user: clear<UserId>(), reason: clear<string>() } }),
};

interface OfUser {
  /** The issuer that names the user: two issuers may give the same subject to two people. */
  readonly issuer: string;
  readonly user: UserId;
  /** For who reads the record; it names nobody else. */
  readonly reason: string;
}

export interface UserCommands {
  readonly disableUser: OfUser;
  readonly enableUser: OfUser;
}
export type UserCommand = { readonly [K in keyof UserCommands]: { readonly type: K; readonly data: UserCommands[K] } }[keyof UserCommands];

export interface UserStanding {
  readonly disabled: boolean;
}

export const userActions = {
  disableUser: { allow: ['ADMIN'], about: 'Takes away all access of a user, in every process, their open subscriptions too; what they did stays.' },
  enableUser: { allow: ['ADMIN'], about: 'Gives a disabled user their access back.' },
} as const;

/** Whether a user may sign in: the stream `user-<uuid>`. */
export const userStream = defineStream<UserCommands>()({
  category: 'user',
  events: userEvents,
  actions: userActions,
  initial: { disabled: false } as UserStanding,
  decide: {
    disableUser: (data, state, { actor }) => {
      if (data.user === actor.actor) return refuse('ONESELF', 'Nobody disables themselves: another administrator does.');
      return state.disabled ? [] : [{ type: 'UserDisabled', data }];
    },
    enableUser: (data, state, { actor }) => {
      if (data.user === actor.actor) return refuse('ONESELF', 'Nobody enables themselves: another administrator does.');
      return state.disabled ? [{ type: 'UserEnabled', data }] : [];
    },
  },
  evolve: {
    UserDisabled: () => ({ disabled: true }),
    UserEnabled: () => ({ disabled: false }),
  },
});
