import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { LedgerService } from '#libs/ledger-feed';
import { BadInput } from '#libs/read-models';
import { SafeIntScalar, UuidScalar } from '../graphql/scalars.js';
import {
  alarmOf,
  checkpointOf,
  ConsistencyProof,
  consistencyOf,
  inclusionOf,
  InclusionProof,
  LedgerAlarm,
  LedgerCheckpoint,
  Witness,
  witnessOf,
} from './ledger.types.js';

/** Proofs are of hashes alone: they tell nothing of what they prove. */
@Resolver()
export class LedgerResolver {
  constructor(@Inject(LedgerService) private readonly ledger: LedgerService) {}

  @Query(() => LedgerCheckpoint, { nullable: true, description: 'The last signed checkpoint; null before the first.' })
  async checkpoint(): Promise<LedgerCheckpoint | null> {
    const last = await this.ledger.latestCheckpoint();
    return last === null ? null : checkpointOf(last);
  }

  @Query(() => InclusionProof, {
    nullable: true,
    description: 'What the receipt of an action is exchanged for: that its event is in a signed tree. Null while it is in none; a second later it is.',
  })
  async inclusionProof(
    @Args('event', { type: () => UuidScalar, description: 'The event.' }) eventId: string,
    @Args('treeSize', { type: () => SafeIntScalar, nullable: true, description: 'In the tree of this size. Default: the last checkpoint, cosigned where one covers the event.' })
    treeSize: number | null,
  ): Promise<InclusionProof | null> {
    const asked = treeSize ?? undefined;
    const answer = asked === undefined ? await this.ledger.proofForReceipt(eventId) : await this.ledger.inclusionProof({ eventId }, asked);
    return answer.kind === 'PROOF' ? inclusionOf(answer) : null;
  }

  @Query(() => ConsistencyProof, { description: 'That the tree of one size is the beginning of the tree of another.' })
  async consistencyProof(
    @Args('from', { type: () => SafeIntScalar, description: 'Size of the older tree.' }) from: number,
    @Args('to', { type: () => SafeIntScalar, description: 'Size of the newer tree.' }) to: number,
  ): Promise<ConsistencyProof> {
    const answer = await this.ledger.consistencyProof(from, to);
    if (answer.kind === 'OUT_OF_RANGE') throw new BadInput(answer.size === from ? 'from' : 'to', 'is no size of this tree, or the sizes are out of order');
    return consistencyOf(answer);
  }

  @Query(() => [Witness], { description: 'Who has seen what: the witnesses, and the largest tree that each has cosigned.' })
  async witnesses(): Promise<Witness[]> {
    return (await this.ledger.witnesses()).map(witnessOf);
  }

  @Query(() => [LedgerAlarm], { description: 'What is wrong with the log or its ledger; empty is as it should be.' })
  async ledgerAlarms(): Promise<LedgerAlarm[]> {
    return (await this.ledger.alarms()).map(alarmOf);
  }
}
