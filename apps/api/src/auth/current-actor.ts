import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { GraphQLError } from 'graphql';
import type { Viewer } from '#libs/access';
import type { Actor } from '#libs/domain';

/** What the service puts into every GraphQL context: the request, with who sent it once the token is verified. */
export interface ViewedContext {
  readonly req?: { readonly viewer?: Viewer };
}

/** The actor of a verified token. @throws GraphQLError UNAUTHENTICATED where nobody is known: then no action may run. */
export function actorOf(context: ViewedContext): Actor {
  const viewer = context.req?.viewer;
  if (viewer === undefined) throw new GraphQLError('Say who you are: a bearer token is needed.', { extensions: { code: 'UNAUTHENTICATED' } });
  return viewer.actor;
}

/** The parameter of a resolver that says who acts. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor =>
  actorOf(GqlExecutionContext.create(context).getContext<ViewedContext>()),
);

/** The actor as this one action has them: purpose and authority of the input count before those of the token. */
export function actingFor(actor: Actor, stated: { readonly purpose: string | null; readonly authority: string | null }): Actor {
  if (stated.purpose === null && stated.authority === null) return actor;
  return { ...actor, purpose: stated.purpose ?? actor.purpose, authority: stated.authority ?? actor.authority };
}
