import { GraphQLError } from 'graphql';
import { inputLimits } from './inputs/limits.js';

/** One bad field: where it is, counted from the mutation's `input`, and what is wrong with it. Never its value. */
export interface BadField {
  readonly path: string;
  readonly problems: readonly string[];
}

/** The answer to input that can't be taken: nothing was recorded. Names at most {@link inputLimits.fieldsNamedMax} fields. */
export function badInput(fields: readonly BadField[]): GraphQLError {
  const named = fields.slice(0, inputLimits.fieldsNamedMax);
  const [first] = named;
  const summary = first === undefined ? '' : ` ${first.path === '' ? 'It' : `'${first.path}'`} ${first.problems.join('; ')}.`;
  const more = fields.length > 1 ? ' Every bad field is in extensions.fields.' : '';
  return new GraphQLError(`The input can't be taken.${summary}${more}`, { extensions: { code: 'BAD_INPUT', fields: named } });
}
