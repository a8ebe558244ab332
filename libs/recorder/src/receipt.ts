import { type CaseCommand, type CaseId, caseStream } from '#libs/domain';
import type { LoadedCase } from './loaded-case.js';
import type { Receipt, RecordRequest } from './outcome.js';

/** The command's whole input, its name and case included: the same id with any other input is another command. */
export function hashInput(request: Pick<RecordRequest, 'caseId' | 'command'>): { readonly caseId: CaseId; readonly command: CaseCommand } {
  return { caseId: request.caseId, command: request.command };
}

export const numberOf = ({ state }: LoadedCase): string => (state.exists ? state.number : '');

/** The case is already as the command wants it. */
export function nothingNew(request: RecordRequest, loaded: LoadedCase): Receipt {
  return {
    commandId: request.commandId,
    caseId: request.caseId,
    stream: caseStream(request.caseId),
    caseNumber: numberOf(loaded),
    eventIds: [],
    eventTypes: [],
    revision: loaded.revision,
    position: null,
    leafHash: null,
    repeated: false,
  };
}
