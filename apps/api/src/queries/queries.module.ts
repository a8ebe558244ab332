import { Module } from '@nestjs/common';
import { CaseGate } from '../auth/case-gate.js';
import { FieldGate } from '../auth/field-gate.js';
import { CaseChangedSubscription } from '../live/case-changed.subscription.js';
import { CheckpointWatch } from '../live/checkpoint-watch.js';
import { ClockAlertsSubscription } from '../live/clock-alerts.subscription.js';
import { LedgerCheckpointsSubscription } from '../live/ledger-checkpoints.subscription.js';
import { LiveCases } from '../live/live-cases.js';
import { LiveEvents } from '../live/live-events.js';
import { CaseDetailResolver } from './case-detail.resolver.js';
import { CaseResolver } from './case.resolver.js';
import { ConformancePictureResolver, ConformanceResolver } from './dashboards/conformance.resolver.js';
import { DashboardsResolver } from './dashboards/dashboards.resolver.js';
import { DrillDownResolver } from './dashboards/drill-down.resolver.js';
import { CaseHistories } from './history/case-histories.js';
import { CaseSteps } from './history/case-steps.js';
import { HistoryResolver } from './history/history.resolver.js';
import { ReplaySubscription } from './history/replay.subscription.js';
import { ExpungementsResolver } from './expungements.resolver.js';
import { AccessLogResolver } from './lists/access.list.js';
import { AuditResolver } from './lists/audit.list.js';
import { CasesResolver } from './lists/cases.resolver.js';
import { ClocksResolver } from './lists/clocks.list.js';
import { DutiesResolver } from './lists/duties.list.js';
import { FootageResolver } from './lists/footage.list.js';
import { Lists } from './lists/lists.service.js';
import { PoliciesResolver } from './clocks/policies.resolver.js';
import { WhyThisDeadlineResolver } from './clocks/why-this-deadline.resolver.js';
import { OversightResolver } from './oversight/oversight.resolver.js';
import { WebhooksResolver } from './webhooks/webhooks.resolver.js';
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
  DutiesResolver,
  DashboardsResolver,
  ConformanceResolver,
  ConformancePictureResolver,
  DrillDownResolver,
  AccessLogResolver,
  OversightResolver,
  PoliciesResolver,
  WhyThisDeadlineResolver,
  ExpungementsResolver,
  WebhooksResolver,
  NodeResolver,
  HistoryResolver,
  ReplaySubscription,
  CaseChangedSubscription,
  ClockAlertsSubscription,
  LedgerCheckpointsSubscription,
  ProtectedTextResolver,
] as const;

/** The read side of GraphQL. */
@Module({ providers: [CaseGate, FieldGate, Lists, CaseHistories, CaseSteps, LiveCases, LiveEvents, CheckpointWatch, ...queryResolvers] })
export class QueriesModule {}
