export const recorderLimits = {
  /** Decisions on one command after conflicts, when the client named no revision. */
  attemptsMax: 3,
  /** Commands that may wait for one case, or one other stream, in this process. */
  waitingPerCaseMax: 256,
} as const;
