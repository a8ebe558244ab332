import { Inject } from '@nestjs/common';
import { Field, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { Adoption, Policy, Rule } from '#libs/domain';
import { POLICY, type PolicySource } from '#libs/service';
import { DateTimeScalar, JsonScalar } from '../../graphql/scalars.js';

@ObjectType({ description: 'A rule of the policy, with where it comes from.' })
class PolicyRule {
  @Field(() => String, { description: 'Its place in the file: `clocks.TRIAGE`.' }) key!: string;
  @Field(() => JsonScalar, { description: 'What it says.' }) value!: unknown;
  @Field(() => String, { description: 'The law or order that it rests on.' }) citation!: string;
  @Field(() => String, { description: 'Where it was read.' }) source!: string;
  @Field(() => String, { nullable: true, description: 'When local counsel confirmed it; null: not yet.' }) verifiedOn!: string | null;
}

@ObjectType({ description: 'A version of the policy of clocks and holds.' })
class PolicyVersion {
  @Field(() => String, { description: 'The policy.' }) name!: string;
  @Field(() => Int, { description: 'Its version; clocks name the one under which they started.' }) version!: number;
  @Field(() => DateTimeScalar, { description: 'From when it is in force; never for what was recorded before.' }) effectiveFrom!: string;
  @Field(() => Boolean, { description: 'Whether it is in force now.' }) inForce!: boolean;
  @Field(() => String, { nullable: true, description: 'Who adopted it; null: the service started with it.' }) adoptedBy!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was adopted.' }) adoptedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'On what ground.' }) reason!: string | null;
  @Field(() => String, { nullable: true, description: 'SHA-256 of the file, in hex.' }) sha256!: string | null;
  @Field(() => String, { description: 'Time zone of local dates.' }) zone!: string;
  @Field(() => [String], { description: 'Holidays, as local dates.' }) holidays!: readonly string[];
  @Field(() => [PolicyRule], { description: 'Its rules.' }) rules!: readonly PolicyRule[];
}

@Resolver()
export class PoliciesResolver {
  constructor(@Inject(POLICY) private readonly source: PolicySource) {}

  @Query(() => [PolicyVersion], { description: 'Every version of the policy of clocks and holds, the first first.' })
  policies(): readonly PolicyVersion[] {
    const inForce = this.source.current().version;
    const adopted: readonly (Partial<Adoption> & Pick<Adoption, 'policy'>)[] = [{ policy: this.source.baseline }, ...this.source.adoptions()];
    return adopted.map(({ policy, adoptedBy = null, adoptedAt = null, reason = null, sha256 = null }) => {
      const { name, version, effectiveFrom, zone, holidays } = policy;
      return { name, version, effectiveFrom, zone, holidays, inForce: version === inForce, adoptedBy, adoptedAt, reason, sha256, rules: rulesOf(policy) };
    });
  }
}

/** Everything in a policy that has a citation, by its path. */
function rulesOf(policy: Policy): readonly PolicyRule[] {
  const rules: PolicyRule[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    if ('citation' in value) {
      // A codec: whatever has a citation is a rule, as the schema of the file has it.
      const { citation, source, verifiedOn, value: says } = value as Rule<unknown>;
      rules.push({ key: path.join('.'), value: says, citation, source, verifiedOn });
      return;
    }
    for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
  };
  walk(policy, []);
  return rules;
}
