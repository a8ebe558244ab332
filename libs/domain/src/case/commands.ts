import type { AllegationCommands } from './allegations.commands.js';
import type { FootageCommands } from './footage.commands.js';
import type { PeopleCommands } from './people.commands.js';
import type { ReportCommands } from './report.commands.js';
import type { ReviewCommands } from './review.commands.js';
import type { SealingCommands } from './sealing.commands.js';

/** What each action takes, by its name. The case and the command's id travel beside it ({@link CaseCommand}). */
export interface CaseCommands extends ReportCommands, PeopleCommands, FootageCommands, AllegationCommands, ReviewCommands, SealingCommands {}

export type CaseCommandType = keyof CaseCommands;

export type CaseCommand = { [K in CaseCommandType]: { readonly type: K; readonly data: CaseCommands[K] } }[CaseCommandType];
