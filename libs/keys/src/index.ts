/**
 * Data keys: seal and unseal. Subject: who or what a protected value is about; each has one key. Wrapped: encrypted under the master key,
 * as stored. Destroying a subject's key expunges all that it sealed; every hash still verifies.
 */
export { openSealed, type Opening } from './open.js';
export { seal, unseal, UnsealFailed, type Opened, type SealingPlace } from './seal.js';
