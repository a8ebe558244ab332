import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { openSealed, type Opening } from '#libs/keys';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { ProtectedText } from './types/protected-text.js';

/** The one place where protected text is opened for a reader. */
@Resolver(() => ProtectedText)
export class ProtectedTextResolver {
  private readonly opened = new WeakMap<ProtectedText, Promise<Opening<string>>>();

  constructor(@Inject(KEY_STORE) private readonly keys: KeyStore) {}

  @ResolveField()
  async text(@Parent() value: ProtectedText): Promise<string | null> {
    const opening = await this.open(value);
    return opening.kind === 'OPENED' ? opening.value : null;
  }

  @ResolveField()
  async expunged(@Parent() value: ProtectedText): Promise<boolean> {
    return (await this.open(value)).kind === 'EXPUNGED';
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
