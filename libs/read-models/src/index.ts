/** Read models: projections of the case streams, the feeds that fill them, and the queries that read them for a viewer. */
export { accessLogFeed, allCounters, allProjections, caseCounting, caseProjections, readModelFeeds } from './catalogue.js';
export { accessFeed } from './access-log/access-feed.js';
export { type AccessHourNode, type AccessReadNode, browsingLimits, type ExpungementNode } from './access-log/access-log.tables.js';
export type { AlertsInput, ReadsInput } from './access-log/access-queries.js';
export type { AnyRow, RowOf } from './engine/columns.js';
export { counterDdl, counterViewDdl, projectionDdl, schemaOf, viewDdl, viewSchema } from './engine/ddl.js';
export { foldRows } from './engine/fold.js';
export { type AnyProjection, type AnyRows, defineProjection, type PlacedEvent, type Projection } from './engine/projection.js';
export { projectionFeed, type ProjectionFeedOptions } from './engine/projection-feed.js';
export { accessProjection } from './projections/access.projection.js';
export { clockFeed, type ClockFeedOptions } from './projections/clock-feed.js';
export { type Rebuilding, RebuildRefused, type RebuildReport } from './rebuild/port.js';
export { type BuildFeed, startBuildFeed } from './rebuild/build.js';
export { casesRebuild, type Rebuildable, rebuildables, type RebuildSource } from './rebuild/rebuildable.js';
export { rebuild, type RebuildOptions } from './rebuild/rebuild.js';
export type { TableComparison } from './rebuild/compare.js';
export { searchFeed, type SearchFeedOptions, type Unsealer } from './search/search-feed.js';
export type { FederalSupervisorStatus } from './projections/case-list.projection.js';
export { type AuditOutcome, auditOutcomes } from './projections/audit-outcome.js';
export {
  type ContactDetail,
  type ContactStatus,
  type CorrectionDetail,
  type FindingKind,
  type FourEyesDetail,
  type FourEyesException,
  fourEyesExceptions,
  type GivenApproval,
  type VoidedReviewDetail,
} from './projections/oversight.projection.js';
export type { FindingNode, FindingsInput } from './queries/findings.js';
export { type Activity, activities } from './counters/case-counters.js';
export type { Quantiles } from './counters/histogram.js';
export { type Granularity, granularities } from './counters/periods.js';
export {
  type CaseCountFilter,
  type CountFilter,
  type ReferralCell,
  type ReferralCountFilter,
  type ReferralMeasure,
  referralMeasures,
  type SeriesInput,
  type SeriesPoint,
  type ShownCount,
  type StageCell,
  type StageTime,
  type SupervisorCell,
  type SupervisorOutcome,
  type ViolationCell,
  type ViolationCountFilter,
  type WorkloadFilter,
} from './dashboards/case-dashboards.js';
export { type Conformance, conformanceLimits, type MoveCount, type PathCount, type StayCount } from './conformance/conformance.js';
export { drawConformance } from './conformance/picture.js';
export { AggregateForbidden } from './dashboards/counts.js';
export { type Dashboards } from './dashboards/dashboards.js';
export { type DrillDown, type DueStatus, dueStatuses } from './dashboards/drill-down.js';
export type { AsOf, ClockCell, ClockCountFilter, CustodianCell, CustodianFilter, DistrictFilter, RiskBand, RiskCell, WorkloadCell } from './dashboards/duty-dashboards.js';
export { type DeliveriesInput, type DeliveryCount, type DeliveryNode, type DeliveryState, deliveryStates } from './queries/deliveries.js';
export type { DutyNode } from './queries/duty-queries.js';
export type { CaseFilter, CaseNode, CasesInput, CaseSort } from './queries/case-queries.js';
export type {
  AgentNode,
  AgentsInput,
  AuditInput,
  AuditNode,
  ClockNode,
  ClocksInput,
  FootageInput,
  FootageNode,
  LinkNode,
  PersonNode,
  PersonsInput,
  ReferralNode,
  ReferralsInput,
  SearchInput,
  SearchNode,
  ViolationNode,
  ViolationsInput,
} from './queries/lists.js';
export { auditRowsOf, footageRowsOf, pageOfClocks, pageOfFootage, pageOfRows, type RowOrder } from './queries/as-of.js';
export { BadInput, type Connection, type Direction, type Edge, pageLimits, type PageInput } from './queries/page.js';
export { createReadModels, type Queries, type ReadModels, type Viewer } from './queries/queries.js';
