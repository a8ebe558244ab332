import { EnvelopeRefused, fromBase64url, leafHash, readHead } from '#libs/envelope';
import type { StoredEvent } from '#libs/event-store/port';
import { hashLeaf } from '#libs/ledger';

/** Begins the entry of every foreign leaf. A head is a JSON object, so its text begins with `{`: neither can pass for the other. */
const foreignTag = 'caseledger foreign leaf v1\n';
const LENGTH_BYTES = 4;

export interface EventLeaf {
  readonly hash: Buffer;
  /** Why the event's head is not valid, or null where it is. */
  readonly foreign: string | null;
}

/** The leaf of an event's head (envelope.md); where the head is not valid, the leaf of its raw texts. */
export function leafOf(event: StoredEvent): EventLeaf {
  const foreign = headFault(event);
  return { hash: foreign === null ? headLeaf(event) : foreignLeafHash(event), foreign };
}

export const headLeaf = ({ head }: Pick<StoredEvent, 'head'>): Buffer => fromBase64url(leafHash(head));

/** What is wrong with the head or with an index copy beside it; null where nothing is. */
export function headFault(event: StoredEvent): string | null {
  try {
    const head = readHead(event.head);
    if (head.id !== event.id) return "the index copy of id is not the head's";
    if (head.stream !== event.stream) return "the index copy of stream is not the head's";
    if (BigInt(head.revision) !== event.revision) return "the index copy of revision is not the head's";
    return head.type === event.type ? null : "the index copy of type is not the head's";
  } catch (error) {
    if (error instanceof EnvelopeRefused) return error.message;
    throw error;
  }
}

/**
 * SHA-256(0x00 ‖ tag ‖ for each of id, stream, revision in decimal, type, head, body: uint32 length ‖ UTF-8), lengths big-endian, the tag
 * `caseledger foreign leaf v1` and a newline. The lengths keep the parts apart; the 0x00 makes it a leaf like any other.
 */
export function foreignLeafHash({ id, stream, revision, type, head, body }: StoredEvent): Buffer {
  const parts = [id, stream, revision.toString(), type, head, body].flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return hashLeaf(Buffer.concat([Buffer.from(foreignTag, 'utf8'), ...parts]));
}
