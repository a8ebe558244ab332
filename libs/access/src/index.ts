/** Who is asking: tokens in, viewers out. What a viewer may see is decided where the queries are (`queriesFor(viewer)`). */
export { type DemonstrationUser, DevelopmentIssuer, developmentIssuer } from './development-issuer.js';
export { IssuerUnavailable, tokenLimits, TokenRefused, type TokenRules, TokenVerifier } from './token-verifier.js';
export type { Viewer } from './viewer.js';
