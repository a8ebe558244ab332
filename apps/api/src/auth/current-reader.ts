import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { unauthenticated } from '../graphql/errors.js';
import { type Reader, readerOf } from './case-gate.js';
import type { GraphqlContext } from './viewer-context.js';

/** The parameter of a resolver that reads cases: the same reader throughout a request. */
export const CurrentReader = createParamDecorator((_: unknown, execution: ExecutionContext): Reader => {
  const context = GqlExecutionContext.create(execution).getContext<GraphqlContext>();
  if (context.viewer === null || context.viewer === undefined) throw unauthenticated();
  return { ...readerOf(context.viewer), ...(context.cases === undefined ? {} : { cases: context.cases }) };
});
