import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import { unauthenticated } from '../graphql/errors.js';
import type { GraphqlContext } from './viewer-context.js';

/** The parameter of a resolver that says who asks. */
export const CurrentViewer = createParamDecorator((_: unknown, execution: ExecutionContext): Viewer => {
  const { viewer } = GqlExecutionContext.create(execution).getContext<GraphqlContext>();
  if (viewer === null || viewer === undefined) throw unauthenticated();
  return viewer;
});
