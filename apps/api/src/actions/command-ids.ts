import { derivedId } from '#libs/envelope';
import type { CaseId, CommandId } from '#libs/domain';

/** The token of a source of fresh command ids: UUIDv7. Time and randomness stay outside. */
export const NEW_COMMAND_ID = Symbol('NewCommandId');
export type NewCommandId = () => CommandId;

/** Brands of the domain on ids of the envelope: the same UUIDs, named for what they stand for. */
const caseIdOf = (...parts: readonly string[]): CaseId => derivedId('case', ...parts) as string as CaseId;

/** A case that a command opens: the same command, sent again, reaches the same stream. */
export const openedCaseId = (commandId: CommandId): CaseId => caseIdOf(commandId);

/** The case of a number in another system: every row of that number reaches the same stream. */
export const importedCaseId = (system: string, reference: string): CaseId => caseIdOf('import', system, reference);

/** The command of a row of another system: the same row, sent again, is the same command. */
export const importedCommandId = (system: string, row: number): CommandId =>
  derivedId('command', 'import', system, String(row)) as string as CommandId;
