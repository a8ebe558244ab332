/**
 * An event's two texts, their commitments and hashes.
 *
 * head: who, what, when and the hashes; in every bundle. body: the data; stays in the service. Clear field: committed to with a salt from
 * the body's seed. Sealed field: encrypted, committed to with a salt that lies in the box. Leaf: the hash of a head, what the ledger
 * holds.
 */
export { digest, fromBase64url, hashText, isDigestText, tag, toBase64url, type Tag } from './bytes.js';
export {
  bundleFields,
  verifyBundleItem,
  type BundleField,
  type BundleItemVerification,
  type DisclosedField,
  type FieldDisclosure,
  type WithheldField,
} from './bundle.js';
export { commandHash, type UsedDataKey } from './command-hash.js';
export { clearSalt, fieldCommitment, fieldsRoot, leafHash, type NamedCommitment } from './commitments.js';
export type { By, EventHead, EventInput, FieldInput, FormedEvent, ReadEvent } from './event.js';
export { checkAppend, formEvent } from './form.js';
export { type BodyGist, type HeadGist, readBodyGist, readHeadGist } from './gist.js';
export {
  derivedId,
  eventId,
  isUuid,
  parseUuid,
  systemRandom,
  timeOfUuidv7,
  uuidv7,
  type EventId,
  type Uuid,
  type Uuidv7Sources,
} from './ids.js';
export { pooledRandom } from './pooled-random.js';
export { canonicalJson, findUnstorable, type Unstorable, type UnstorableReason } from './json.js';
export { envelopeLimits } from './limits.js';
export { readEvent, readHead } from './read.js';
export { EnvelopeRefused, type EnvelopeCode } from './refusal.js';
export {
  isPlacedSealed,
  isSealed,
  sealedBytes,
  sealedKeyIds,
  sealingPlace,
  type PlacedSealed,
  type Sealed,
  type SealedParts,
} from './sealed.js';
export { verifyEvent, type Expected, type PreviousEvent, type Refusal, type Verification } from './verify.js';
