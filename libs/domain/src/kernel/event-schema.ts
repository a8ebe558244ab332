/**
 * One definition per event type: its fields in stored order, which of them are protected and for whom, whether it is material.
 * The TypeScript types, the sealing table and the order of the body's keys (envelope.md) all follow from it.
 */
declare const fieldType: unique symbol;

/** A protected value as everyone but the recorder and the resolvers sees it. Nothing in the domain looks inside. */
export interface Sealed<T> {
  readonly '@sealed': { readonly key: string; readonly nonce: string; readonly box: string; readonly commitment: string };
  readonly [fieldType]?: T;
}

/** Whose data key seals the field: the case's own, or that of the person named by another (clear) field of the same event. */
export type Subject<Fields extends string = string> = { readonly of: 'CASE' } | { readonly of: 'PERSON'; readonly field: Fields };

export interface ClearField<T> {
  readonly subject: null;
  readonly [fieldType]?: T;
}
export interface ProtectedField<T> {
  readonly subject: Subject;
  readonly [fieldType]?: T;
}
export type Field = ClearField<unknown> | ProtectedField<unknown>;
export type Fields = Readonly<Record<string, Field>>;

/** A field stored as it is. */
export const clear = <T>(): ClearField<T> => ({ subject: null });
/** A field sealed under the case's key: narratives and other free text about people. */
export const sealedForCase = <T>(): ProtectedField<T> => ({ subject: { of: 'CASE' } });
/** A field sealed under the key of the person whose id stands in `field`; under the case's key where that is null. */
export const sealedForPerson = <T>(field: string): ProtectedField<T> => ({ subject: { of: 'PERSON', field } });

type PlainOf<F> = F extends ClearField<infer T> ? T : F extends ProtectedField<infer T> ? T : never;
type StoredFieldOf<F> = F extends { readonly subject: null }
  ? PlainOf<F>
  : F extends ProtectedField<infer T>
    ? Sealed<NonNullable<T>> | Extract<T, null>
    : never;

export interface EventDefinition<F extends Fields = Fields> {
  /** Version of the stored shape; upcasters key on type and version. */
  readonly version: number;
  /** What a person reads in a trail. */
  readonly title: string;
  readonly fields: F;
  /** Whether approvals bind it (domain.md, 'What an approval binds'). `BY_DATA`: the event's own `material` field says so. */
  readonly material: boolean | 'BY_DATA';
}

/** The data as `decide` emits it: protected fields in plain text, on their way to the recorder, which seals them. */
export type DataOf<D> = D extends EventDefinition<infer F> ? { readonly [K in keyof F]: PlainOf<F[K]> } : never;
/** The data as it is stored and folded: protected fields sealed. */
export type StoredDataOf<D> = D extends EventDefinition<infer F> ? { readonly [K in keyof F]: StoredFieldOf<F[K]> } : never;

export type Catalogue = Readonly<Record<string, EventDefinition>>;
export type NewEventOf<C extends Catalogue> = { [T in keyof C & string]: { readonly type: T; readonly data: DataOf<C[T]> } }[keyof C & string];

export function defineEvent<const F extends Fields>(definition: {
  readonly title: string;
  readonly fields: F;
  readonly material?: boolean | 'BY_DATA';
  readonly version?: number;
}): EventDefinition<F> {
  return { version: 1, material: false, ...definition };
}
