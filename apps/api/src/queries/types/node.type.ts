import { Field, ID, InterfaceType } from '@nestjs/graphql';

/** By a field that only this type has: answers are plain objects. */
function typeOf(value: object): string {
  if ('stage' in value) return 'Case';
  return 'leafHash' in value ? 'AuditEntry' : 'Footage';
}

@InterfaceType('Node', { description: 'Anything with a global id (Relay).', resolveType: typeOf })
export abstract class Node {
  @Field(() => ID, { description: 'The global id.' })
  readonly id!: string;
}
