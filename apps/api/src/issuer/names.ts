import { issuerPath } from '#libs/access';

/** The one client of the built-in issuer: the console, which keeps no secret. */
export const consoleClient = 'caseledger-console';
/** What its access tokens are for, as RFC 8707 names things; their audience is the configured one. */
export const serviceResource = 'urn:caseledger:service';
export const signInPath = `${issuerPath}/sign-in`;
