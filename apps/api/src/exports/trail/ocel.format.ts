import type { AuditNode } from '#libs/read-models';
import type { TrailFormat, TrailWriter } from './trail-format.js';

interface Relationship {
  readonly objectId: string;
  readonly qualifier: string;
}

/** Values are texts, whatever type is declared: the published schema has them so. */
const eventAttributes = [
  { name: 'position', type: 'string' },
  { name: 'revision', type: 'integer' },
  { name: 'title', type: 'string' },
  { name: 'summary', type: 'string' },
  { name: 'outcome', type: 'string' },
  { name: 'roles', type: 'string' },
  { name: 'marks', type: 'string' },
  { name: 'leafHash', type: 'string' },
] as const;

/**
 * OCEL 2.0 in its JSON form (Berti and others, 'OCEL 2.0 Specification', https://www.ocel-standard.org, section 8): events, each with the objects
 * that it concerns, and those objects. Objects are the case, who acted and for which unit, and the things that the step names; a thing is of its case.
 */
class OcelWriter implements TrailWriter {
  private isFirst = true;
  private readonly eventTypes = new Set<string>();
  /** By id: its type, and the case that it is of. What is collected grows with the objects, not with the events. */
  private readonly objects = new Map<string, { readonly type: string; readonly of: string | null }>();

  begin(): string {
    return '{"events":[';
  }

  step(row: AuditNode): string {
    this.eventTypes.add(row.type);
    const of = this.object('case', row.case_id, null);
    const relationships: Relationship[] = [
      { objectId: of, qualifier: 'of' },
      { objectId: this.object('user', row.actor, null), qualifier: 'by' },
      ...(row.unit === null ? [] : [{ objectId: this.object('unit', row.unit, null), qualifier: 'for' }]),
      ...row.things.map((thing) => ({ objectId: this.thing(thing, of), qualifier: 'about' })),
    ];
    const values = [String(row.position), String(row.revision), row.title, row.summary, row.outcome, row.roles.join(' '), row.marks.join(' '), row.leaf];
    const attributes = eventAttributes.flatMap(({ name }, i) => (values[i] === null ? [] : [{ name, value: values[i] }]));
    const separator = this.isFirst ? '\n' : ',\n';
    this.isFirst = false;
    return separator + JSON.stringify({ id: row.event_id, type: row.type, time: row.recorded_at, attributes, relationships });
  }

  end(): string {
    const typed = (names: Iterable<string>, attributes: readonly object[]): string => JSON.stringify([...names].sort().map((name) => ({ name, attributes })));
    const objects = [...this.objects].map(([id, { type, of }]) =>
      JSON.stringify({ id, type, attributes: [], relationships: of === null ? [] : [{ objectId: of, qualifier: 'of' }] }),
    );
    const objectTypes = new Set([...this.objects.values()].map(({ type }) => type));
    return `\n],"eventTypes":${typed(this.eventTypes, eventAttributes)},"objectTypes":${typed(objectTypes, [])},"objects":[\n${objects.join(',\n')}\n]}\n`;
  }

  private object(type: string, name: string, of: string | null): string {
    const id = `${type}:${name}`;
    if (!this.objects.has(id)) this.objects.set(id, { type, of });
    return id;
  }

  private thing(thing: string, of: string): string {
    const at = thing.indexOf(':');
    return this.object(thing.slice(0, at), thing.slice(at + 1), of);
  }
}

export const ocelFormat: TrailFormat = { mediaType: 'application/json', extension: 'ocel.json', writer: () => new OcelWriter() };
