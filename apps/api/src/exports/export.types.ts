import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { type Audience } from '#libs/disclosure';
import { graphqlEnum } from '../graphql/graphql-enum.js';
import { DateTimeScalar, SafeIntScalar, UuidScalar } from '../graphql/scalars.js';
import type { ExportJob, ExportState } from './export.jobs.js';
import { TrailFormatEnum } from './trail/trail-export.inputs.js';
import type { TrailFormatName } from './trail/trail-format.js';

export const AudienceEnum = graphqlEnum<Audience>('Audience', 'Whom a bundle is for: the redaction policy says what each sees.', {
  COURT: 'A court or a prosecutor.',
  OVERSIGHT: 'An oversight body.',
  PUBLIC: 'Anybody. Names of protected persons are never shown.',
});

export const ExportStateEnum = graphqlEnum<ExportState['kind']>('ExportState', 'How far an export is.', {
  WAITING: 'Others are made first.',
  RUNNING: 'It is being made.',
  DONE: 'It can be fetched for an hour.',
  REFUSED: 'It can’t be made; the message says why.',
  FAILED: 'Something went wrong in the service. Ask again.',
});

@ObjectType('ExportJob', { description: 'A court bundle, or the audit trail across cases, that was asked for: made apart from the request, fetched over HTTP with the same token.' })
export class ExportJobNode {
  @Field(() => ID, { description: 'The job.' }) id!: string;
  @Field(() => UuidScalar, { nullable: true, description: 'Of a bundle: the case.' }) caseId!: string | null;
  @Field(() => AudienceEnum, { nullable: true, description: 'Of a bundle: whom it is for.' }) audience!: Audience | null;
  @Field(() => TrailFormatEnum, { nullable: true, description: 'Of a trail: how it is written.' }) format!: TrailFormatName | null;
  @Field(() => DateTimeScalar, { description: 'When it was asked for.' }) askedAt!: string;
  @Field(() => ExportStateEnum, { description: 'How far it is.' }) state!: ExportState['kind'];
  @Field(() => String, { nullable: true, description: 'Path under this service where it is fetched, once it is done.' }) path!: string | null;
  @Field(() => String, { nullable: true, description: 'SHA-256 of the file, in hex.' }) sha256!: string | null;
  @Field(() => SafeIntScalar, { nullable: true, description: 'Size of the file in bytes.' }) bytes!: number | null;
  @Field(() => Int, { nullable: true, description: 'Events in it.' }) events!: number | null;
  @Field(() => Int, { nullable: true, description: 'Of a bundle: records of access in it.' }) access!: number | null;
  @Field(() => SafeIntScalar, { nullable: true, description: 'Of a bundle: leaves of the signed tree that it is proven against.' }) treeSize!: number | null;
  @Field(() => String, { nullable: true, description: 'Why it was refused.' }) message!: string | null;
}

export const exportsPath = 'exports';

export function exportJobOf({ id, what, askedAt, state }: ExportJob): ExportJobNode {
  const done = state.kind === 'DONE' ? state : null;
  const none = { caseId: null, audience: null, format: null };
  const { caseId, audience, format } = { ...none, ...what };
  return {
    id,
    caseId,
    audience,
    format,
    askedAt,
    state: state.kind,
    path: done === null ? null : `/${exportsPath}/${id}`,
    sha256: done?.sha256 ?? null,
    bytes: done?.bytes ?? null,
    events: done?.events ?? null,
    access: done?.access ?? null,
    treeSize: done?.treeSize ?? null,
    message: state.kind === 'REFUSED' ? state.message : null,
  };
}
