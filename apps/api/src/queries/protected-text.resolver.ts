import { Inject } from '@nestjs/common';
import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { type Openness } from '#libs/access';
import { openSealed, type Opening } from '#libs/keys';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { FieldGate } from '../auth/field-gate.js';
import type { Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { type Withheld, WithheldEnum, ProtectedText } from './types/protected-text.js';

/** The one place where protected text is opened for a reader, once the policy lets them read it. */
@Resolver(() => ProtectedText)
export class ProtectedTextResolver {
  private readonly opened = new WeakMap<ProtectedText, Promise<Opening<string>>>();

  constructor(
    @Inject(KEY_STORE) private readonly keys: KeyStore,
    @Inject(FieldGate) private readonly gate: FieldGate,
  ) {}

  @ResolveField(() => String, { nullable: true, description: 'The text; null where it is withheld, or expunged.' })
  async text(
    @Parent() value: ProtectedText,
    @Args('purpose', { type: () => String, nullable: true, description: 'What you read it for; needed for texts about persons, unless the request says so.' })
    purpose: string | null,
    @CurrentReader() reader: Reader,
  ): Promise<string | null> {
    if ((await this.judge(value, reader, purpose)) !== 'OPEN') return null;
    const opening = await this.open(value);
    return opening.kind === 'OPENED' ? opening.value : null;
  }

  @ResolveField(() => WithheldEnum, { nullable: true, description: 'Why you may not read it; null where you may.' })
  async withheld(
    @Parent() value: ProtectedText,
    @Args('purpose', { type: () => String, nullable: true, description: 'As of the text.' }) purpose: string | null,
    @CurrentReader() reader: Reader,
  ): Promise<Withheld | null> {
    const openness = await this.judge(value, reader, purpose);
    return openness === 'OPEN' ? null : openness;
  }

  @ResolveField(() => Boolean, { description: 'Whether its key was destroyed on a court order. That it was there stays provable.' })
  async expunged(@Parent() value: ProtectedText): Promise<boolean> {
    return (await this.open(value)).kind === 'EXPUNGED';
  }

  private judge(value: ProtectedText, reader: Reader, purpose: string | null): Promise<Openness> {
    return this.gate.judge(reader, value.sealed, purpose);
  }

  private open(value: ProtectedText): Promise<Opening<string>> {
    const known = this.opened.get(value);
    if (known !== undefined) return known;
    const opening = openSealed<string>(this.keys, [value.sealed]).then(([only]) => {
      if (only === undefined) throw new Error('unreachable: one value was given');
      return only;
    });
    this.opened.set(value, opening);
    return opening;
  }
}
