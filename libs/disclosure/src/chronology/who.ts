import { inWords } from './vocabulary.js';

/** Who acted or asked, as far as it is disclosed. */
export interface By {
  readonly actor?: unknown;
  readonly roles?: unknown;
  readonly unit?: unknown;
  readonly purpose?: unknown;
  readonly authority?: unknown;
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A person as the record names them. */
export function whoIs(by: By | null): string {
  if (by === null) return 'Withheld';
  const roles = Array.isArray(by.roles) ? by.roles.filter(isText).map(inWords).join(', ') : '';
  return `${isText(by.actor) ? by.actor : 'unknown'}${roles === '' ? '' : ` (${roles})`}${isText(by.unit) ? `, ${by.unit}` : ''}`;
}
