import { Module } from '@nestjs/common';
import { CaseGate } from '../auth/case-gate.js';
import { FieldGate } from '../auth/field-gate.js';
import { CaseChangedSubscription } from './case-changed.subscription.js';
import { CaseDetailResolver } from './case-detail.resolver.js';
import { CaseResolver } from './case.resolver.js';
import { CaseHistories } from './history/case-histories.js';
import { HistoryResolver } from './history/history.resolver.js';
import { AuditResolver } from './lists/audit.list.js';
import { CasesResolver } from './lists/cases.resolver.js';
import { ClocksResolver } from './lists/clocks.list.js';
import { FootageResolver } from './lists/footage.list.js';
import { Lists } from './lists/lists.service.js';
import { NodeResolver } from './node.resolver.js';
import { ProtectedTextResolver } from './protected-text.resolver.js';

/** The resolvers of the read side, for the schema. */
export const queryResolvers = [
  CaseResolver,
  CaseDetailResolver,
  CasesResolver,
  FootageResolver,
  AuditResolver,
  ClocksResolver,
  NodeResolver,
  HistoryResolver,
  CaseChangedSubscription,
  ProtectedTextResolver,
] as const;

/** The read side of GraphQL. */
@Module({ providers: [CaseGate, FieldGate, Lists, CaseHistories, ...queryResolvers] })
export class QueriesModule {}
