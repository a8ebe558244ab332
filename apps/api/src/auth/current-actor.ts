import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Actor } from '#libs/domain';
import { unauthenticated } from '../graphql/errors.js';
import type { GraphqlContext } from './viewer-context.js';

const contextOf = (execution: ExecutionContext): GraphqlContext => GqlExecutionContext.create(execution).getContext<GraphqlContext>();

/** The parameter of a resolver that says who acts. @throws GraphQLError UNAUTHENTICATED where nobody is known: then nothing may run */
export const CurrentActor = createParamDecorator((_: unknown, execution: ExecutionContext): Actor => {
  const { viewer } = contextOf(execution);
  if (viewer === null) throw unauthenticated();
  return viewer.actor;
});

/** The parameter of a resolver that follows a request to its events. */
export const CorrelationId = createParamDecorator((_: unknown, execution: ExecutionContext): string => contextOf(execution).correlationId);

/** The actor as this one action has them: purpose and authority of the input count before those of the token. */
export function actingFor(actor: Actor, stated: { readonly purpose: string | null; readonly authority: string | null }): Actor {
  if (stated.purpose === null && stated.authority === null) return actor;
  return { ...actor, purpose: stated.purpose ?? actor.purpose, authority: stated.authority ?? actor.authority };
}
