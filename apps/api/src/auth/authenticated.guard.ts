import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { unauthenticated } from '../graphql/errors.js';
import type { GraphqlContext } from './viewer-context.js';

/** Nothing is asked or done without a verified token. Plain HTTP routes (health, keys) are open and say so themselves. */
@Injectable()
export class AuthenticatedGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    if (execution.getType<string>() !== 'graphql') return true;
    const context = GqlExecutionContext.create(execution).getContext<GraphqlContext>();
    if (context.viewer === null || context.viewer === undefined) throw unauthenticated();
    return true;
  }
}
