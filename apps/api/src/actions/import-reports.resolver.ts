import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Actor, CaseCommands, CaseId, CommandId, Role } from '#libs/domain';
import { type Telemetry, TELEMETRY } from '#libs/service';
import { actingFor, CorrelationId, CurrentActor } from '../auth/current-actor.js';
import { type BadField, badInput } from './bad-input.js';
import { importedCaseId, importedCommandId } from './command-ids.js';
import { findOversize } from './command-size.js';
import { InputPipe } from './input.pipe.js';
import { ImportReportsInput } from './inputs/import.inputs.js';
import { type ActionAnswer, answerOf, ImportAnswer } from './results.js';
import { RunCaseCommand } from './run-case.command.js';

/** Officers file their own reports, but take no other system's over. */
const importRoles: readonly Role[] = ['INTAKE'];

interface ImportedRow {
  readonly row: number;
  readonly commandId: CommandId;
  readonly caseId: CaseId;
  readonly data: CaseCommands['fileReport'];
}

@Resolver()
export class ImportReportsResolver {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(TELEMETRY) private readonly telemetry: Telemetry,
  ) {}

  @Mutation(() => [ImportAnswer], {
    description:
      'Files up to 200 reports of another system of record, each with its own answer, in the order of the rows. A row is recorded whole or ' +
      'not at all; after an error the same rows may be sent again, and none is recorded twice. A bad field refuses all rows, none is ' +
      `recorded. For ${importRoles.join(', ')}.`,
  })
  async importReports(
    @Args('input', { type: () => ImportReportsInput, description: 'The rows and where they come from.' }, new InputPipe(ImportReportsInput))
    input: ImportReportsInput,
    @CurrentActor() actor: Actor,
    @CorrelationId() correlationId: string,
  ): Promise<ImportAnswer[]> {
    if (!actor.roles.some((role) => importRoles.includes(role))) {
      const refused = { code: 'ROLE_NOT_ALLOWED', message: `'importReports' is not for ${actor.roles.join(', ') || 'a person without a role'}.`, gaps: [] };
      return input.rows.map(({ row }) => ({ row, result: refused }));
    }
    const rows = readRows(input);
    const acting = actingFor(actor, input);
    const record = async ({ row, commandId, caseId, data }: ImportedRow): Promise<ImportAnswer> => {
      const command = { type: 'fileReport', data } as const;
      const request = { commandId, caseId, command, actor: acting, expectedRevision: null, correlationId, causationId: null };
      return { row, result: answerOf(await this.commands.execute(new RunCaseCommand(request))) satisfies ActionAnswer };
    };
    return this.telemetry.tracing.span('mutation importReports', { correlationId }, { events: rows.length }, () => runByCase(rows, record));
  }
}

/** @throws GraphQLError BAD_INPUT for what the fields' own checks can't see: the same row twice, a column twice, a row too large for an event */
function readRows({ source, rows }: ImportReportsInput): readonly ImportedRow[] {
  const bad: BadField[] = [];
  const seen = new Set<number>();
  const read = rows.map((given, i): ImportedRow => {
    const { row, reference, columns } = given;
    const data = given.toReport(source);
    if (seen.has(row)) bad.push({ path: `rows.${i}.row`, problems: ['must not be the row of an earlier one'] });
    seen.add(row);
    if (new Set(columns.map(({ name }) => name)).size < columns.length) {
      bad.push({ path: `rows.${i}.columns`, problems: ['must not name the same column twice'] });
    }
    const oversize = findOversize(data);
    if (oversize !== null) bad.push({ ...oversize, path: `rows.${i}.${oversize.path === 'source' ? 'columns' : oversize.path}` });
    return { row, data, caseId: importedCaseId(source, reference), commandId: importedCommandId(source, row) };
  });
  if (bad.length > 0) throw badInput(bad);
  return read;
}

/**
 * Different cases side by side, so that their appends share a commit; the rows of one case in their order. Waits for all before it throws:
 * no row is still being recorded when the caller has its answer.
 */
async function runByCase<R extends { readonly caseId: CaseId }, A>(rows: readonly R[], run: (row: R) => Promise<A>): Promise<A[]> {
  const last = new Map<CaseId, Promise<unknown>>();
  const answers = rows.map((row) => {
    const before = last.get(row.caseId);
    const answer = before === undefined ? run(row) : before.then(() => run(row));
    last.set(row.caseId, answer);
    return answer;
  });
  await Promise.allSettled(answers);
  return Promise.all(answers);
}
