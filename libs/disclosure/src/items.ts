import { type BundleField, bundleFields, type FieldDisclosure, isSealed, type PlacedSealed, readEvent, type ReadEvent } from '#libs/envelope';
import { openSealed, type Opening } from '#libs/keys';
import type { KeyStore } from '#libs/keys/port';
import { type Audience, DISCLOSE, type DisclosurePolicy, Redaction, type Ruling } from './redaction.js';

/** A stored event with its place in the ledger. */
export interface ProvenEvent {
  readonly head: string;
  readonly body: string;
  readonly leafIndex: number;
  /** Hashes from the leaf's sibling up, base64url. */
  readonly proof: readonly string[];
}

/** envelope.md, 'Bundle item'. */
export interface BundleItem {
  readonly head: string;
  readonly leafIndex: number;
  readonly proof: readonly string[];
  readonly fields: readonly BundleField[];
}

export interface DisclosedItems {
  readonly items: readonly BundleItem[];
  readonly access: readonly BundleItem[];
}

/** Fields opened together: bounds the plain text and the keys in memory. */
const fieldsOpenedAtOnceMax = 5_000;

interface Planned {
  readonly proven: ProvenEvent;
  readonly event: ReadEvent;
  readonly rulingOn: (name: string, form: 'CLEAR' | 'SEALED') => Ruling;
}

/**
 * What the audience gets of a case's events and of the records of access to it. Nothing is opened that is not shown.
 * @throws EnvelopeRefused, UnsealFailed, KeysUnavailable, KeyUnwrapFailed
 */
export async function discloseItems(
  events: readonly ProvenEvent[],
  access: readonly ProvenEvent[],
  options: { readonly policy: DisclosurePolicy; readonly audience: Audience; readonly keys: Pick<KeyStore, 'getKeys'> },
): Promise<DisclosedItems> {
  const { policy, audience, keys } = options;
  const read = events.map((proven) => ({ proven, event: readEvent(proven.head, proven.body) }));
  const redaction = new Redaction(policy, audience, read.map(({ event }) => event));
  const planned = read.map(({ proven, event }): Planned => ({ proven, event, rulingOn: (name, form) => redaction.rulingOn(event, name, form) }));
  const caseId = (read[0]?.event.head.stream ?? '').slice('case-'.length);
  const plannedAccess = access.map((proven): Planned => {
    const event = readEvent(proven.head, proven.body);
    return { proven, event, rulingOn: (name, form) => redaction.rulingOnAccess(event, name, form, caseId) };
  });
  const opened = await openShown([...planned, ...plannedAccess], keys);
  const item = ({ proven, event, rulingOn }: Planned): BundleItem => ({
    head: proven.head,
    leafIndex: proven.leafIndex,
    proof: proven.proof,
    fields: bundleFields(proven.head, proven.body, (name, form) =>
      disclosureOf(rulingOn(name, form), form === 'CLEAR' ? null : (opened.get(placeOf(event, name)) ?? { kind: 'EXPUNGED' }), policy.always.expunged),
    ),
  });
  return { items: planned.map(item), access: plannedAccess.map(item) };
}

const placeOf = (event: ReadEvent, name: string): string => `${event.head.id}/${name}`;

async function openShown(planned: readonly Planned[], keys: Pick<KeyStore, 'getKeys'>): Promise<ReadonlyMap<string, Opening<unknown>>> {
  const wanted: { readonly place: string; readonly value: PlacedSealed }[] = [];
  for (const { event, rulingOn } of planned) {
    for (const [name, value] of Object.entries(event.data)) {
      // readEvent gave every sealed value its place.
      if (isSealed(value) && rulingOn(name, 'SEALED') === DISCLOSE) wanted.push({ place: placeOf(event, name), value: value as PlacedSealed });
    }
  }
  const opened = new Map<string, Opening<unknown>>();
  for (let start = 0; start < wanted.length; start += fieldsOpenedAtOnceMax) {
    const page = wanted.slice(start, start + fieldsOpenedAtOnceMax);
    const openings = await openSealed(keys, page.map(({ value }) => value));
    for (const [i, opening] of openings.entries()) opened.set(page[i]?.place ?? '', opening);
  }
  return opened;
}

function disclosureOf(ruling: Ruling, opening: Opening<unknown> | null, expunged: string): FieldDisclosure {
  if (ruling !== DISCLOSE) return { kind: 'WITHHOLD', ground: ruling };
  if (opening === null) return { kind: 'DISCLOSE' };
  return opening.kind === 'EXPUNGED' ? { kind: 'WITHHOLD', ground: expunged } : { kind: 'DISCLOSE_OPENED', salt: opening.salt, text: opening.text };
}
