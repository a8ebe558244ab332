import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { ConsistencyAnswer, InclusionAnswer, RaisedAlarm, SignedCheckpoint, WitnessSeen } from '#libs/ledger-feed';
import { toBase64 } from '#libs/ledger';
import { DateTimeScalar, SafeIntScalar, UuidScalar } from '../graphql/scalars.js';

@ObjectType({ description: 'A signed statement of the size and root of the tree over all events (C2SP tlog-checkpoint).' })
export class LedgerCheckpoint {
  @Field(() => SafeIntScalar, { description: 'How many leaves it covers.' })
  readonly size!: number;

  @Field(() => String, { description: 'The root hash, standard base64.' })
  readonly root!: string;

  @Field(() => String, { description: 'The signed note, with the cosignatures of witnesses that are known: check this text, not the fields beside it.' })
  readonly note!: string;

  @Field(() => DateTimeScalar, { description: 'When it was signed, by the service’s own clock.' })
  readonly signedAt!: string;
}

export const checkpointOf = ({ size, root, note, signedAt }: SignedCheckpoint): LedgerCheckpoint => ({
  size,
  root: toBase64(root),
  note,
  signedAt: signedAt.toISOString(),
});

@ObjectType({ description: 'That an event is in the tree of a checkpoint (RFC 9162, 2.1.3).' })
export class InclusionProof {
  @Field(() => UuidScalar, { description: 'The event.' })
  readonly eventId!: string;

  @Field(() => SafeIntScalar, { description: 'Its leaf, counted from 0.' })
  readonly leafIndex!: number;

  @Field(() => String, { description: 'Its leaf hash, standard base64.' })
  readonly leafHash!: string;

  @Field(() => SafeIntScalar, { description: 'The size of the tree.' })
  readonly treeSize!: number;

  @Field(() => String, { description: 'The root of the tree, standard base64.' })
  readonly root!: string;

  @Field(() => [String], { description: "Hashes from the leaf's sibling up, standard base64." })
  readonly hashes!: readonly string[];

  @Field(() => LedgerCheckpoint, { nullable: true, description: 'The checkpoint of that tree; null where a size was asked for at which none was signed.' })
  readonly checkpoint!: LedgerCheckpoint | null;

  @Field(() => Boolean, { description: 'True for an event without a valid head: its leaf is over its raw texts.' })
  readonly foreign!: boolean;
}

export function inclusionOf(answer: Extract<InclusionAnswer, { kind: 'PROOF' }>): InclusionProof {
  const { leaf, tree, proof, checkpoint } = answer;
  return {
    eventId: leaf.eventId,
    leafIndex: leaf.leafIndex,
    leafHash: toBase64(leaf.hash),
    treeSize: tree.size,
    root: toBase64(tree.root),
    hashes: proof,
    checkpoint: checkpoint === null ? null : checkpointOf(checkpoint),
    foreign: leaf.foreign,
  };
}

@ObjectType({ description: 'That one tree is the beginning of another: nothing was changed or taken away (RFC 9162, 2.1.4).' })
export class ConsistencyProof {
  @Field(() => SafeIntScalar, { description: 'Size of the older tree.' })
  readonly from!: number;

  @Field(() => String, { description: 'Root of the older tree, standard base64.' })
  readonly fromRoot!: string;

  @Field(() => SafeIntScalar, { description: 'Size of the newer tree.' })
  readonly to!: number;

  @Field(() => String, { description: 'Root of the newer tree, standard base64.' })
  readonly toRoot!: string;

  @Field(() => [String], { description: 'The proof, standard base64.' })
  readonly hashes!: readonly string[];
}

export const consistencyOf = ({ from, to, proof }: Extract<ConsistencyAnswer, { kind: 'PROOF' }>): ConsistencyProof => ({
  from: from.size,
  fromRoot: toBase64(from.root),
  to: to.size,
  toRoot: toBase64(to.root),
  hashes: proof,
});

@ObjectType({ description: 'A witness, and the largest tree that it has vouched for.' })
export class Witness {
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => String, { description: 'Its verifier key.' })
  readonly verifierKey!: string;

  @Field(() => SafeIntScalar, { nullable: true, description: 'Size of the largest tree that it cosigned; null: none yet.' })
  readonly size!: number | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it cosigned, by its own clock.' })
  readonly cosignedAt!: string | null;
}

export const witnessOf = ({ witness, verifierKey, size, cosignedAt }: WitnessSeen): Witness => ({
  name: witness,
  verifierKey,
  size,
  cosignedAt: cosignedAt?.toISOString() ?? null,
});

@ObjectType({ description: 'What a person has to look at. Some stop the signing.' })
export class LedgerAlarm {
  @Field(() => String, { description: 'What kind.' })
  readonly kind!: string;

  @Field(() => String, { description: 'What is wrong.' })
  readonly detail!: string;

  @Field(() => SafeIntScalar, { nullable: true, description: 'The leaf concerned.' })
  readonly leafIndex!: number | null;

  @Field(() => String, { nullable: true, description: 'The event concerned, as it names itself.' })
  readonly eventId!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was first raised.' })
  readonly firstAt!: string;

  @Field(() => DateTimeScalar, { description: 'When it was last raised.' })
  readonly lastAt!: string;

  @Field(() => Int, { description: 'How often.' })
  readonly times!: number;
}

export const alarmOf = (alarm: RaisedAlarm): LedgerAlarm => ({ ...alarm, firstAt: alarm.firstAt.toISOString(), lastAt: alarm.lastAt.toISOString() });
