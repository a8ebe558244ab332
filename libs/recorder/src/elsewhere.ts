import type { CaseCommand, CaseId, CaseState, Claim, FootageState } from '#libs/domain';

/** What decisions need from outside their case. The read models answer the second, a database sequence the first. */
export interface ElsewhereSource {
  /** A fresh number for people to say, `2026-000123`. Gaps are allowed. */
  caseNumber(): Promise<string>;
  /** Every other case that registered the same recording. */
  claims(of: { readonly sourceSystem: string; readonly sourceReference: string; readonly except: CaseId }): Promise<readonly Claim[]>;
}

/** The recording about which other cases must be asked before this command is decided; null for most. */
export function recordingAskedAbout(command: CaseCommand, state: CaseState): FootageState | null {
  if (!state.exists) return null;
  if (command.type === 'verifyFootage' || command.type === 'decideHoldRelease') return state.footage.get(command.data.footage) ?? null;
  return null;
}
