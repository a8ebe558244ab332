/** Who is asking (tokens in, viewers out), and what they may see and do: the one policy, as a check of a case and as a condition in SQL. */
export { exportRoles, mayExport } from './policy/exports.js';
export { demonstrationActor, demonstrationUnit, type DemonstrationUser, demonstrationUsers } from './demonstration-users.js';
export { DevelopmentIssuer, developmentIssuer, issuerAlgorithm, issuerPath, issuerTokenSeconds } from './development-issuer.js';
export { claimLimits, type ClaimMapping, claimMappingSchema, plainClaims } from './claims.js';
export { type IssuerAddress, issuerKeys, issuerLimits } from './issuer-keys.js';
export { IssuerUnavailable, TokenRefused } from './refused.js';
export { tokenLimits, type TokenRules, TokenVerifier } from './token-verifier.js';
export type { Viewer } from './viewer.js';
export { type Aggregate, type AggregateReach, aggregateReach, aggregates, shownCount, smallestCellDefault } from './policy/aggregates.js';
export { type Asker, hasDutiesUnderSeal, mayAct, maySee } from './policy/check.js';
export { type AccessFacts, factsOf, type Relation, relations } from './policy/facts.js';
export { caseGrounds, dutiesUnderSeal, type Ground, neverSees, seesSealed } from './policy/policy.js';
export { type DeliveryReach, deliveryReach, deliveryRoles } from './policy/deliveries.js';
export { exportsTrails, overseesFindings, oversightRoles } from './policy/oversight.js';
export { casePredicate, dutyPredicate, fewCases } from './policy/predicate.js';
export {
  classesReadBy,
  classOf,
  type FieldClass,
  fieldClasses,
  fieldRules,
  knowsEveryStep,
  mayKnowOf,
  mayOpen,
  type Openness,
  type ProtectedField,
  protectedFieldOf,
} from './policy/fields.js';
