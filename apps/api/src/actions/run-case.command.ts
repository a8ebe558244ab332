import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CaseRecorder, RecordOutcome, RecordRequest } from '#libs/recorder';
import { RECORDER } from '#libs/service';

/** One command for one case. The one Nest command of the aggregate: what it does stands in the decider's table. */
export class RunCaseCommand extends Command<RecordOutcome> {
  constructor(readonly request: RecordRequest) {
    super();
  }
}

@CommandHandler(RunCaseCommand)
export class RunCaseHandler implements ICommandHandler<RunCaseCommand> {
  constructor(@Inject(RECORDER) private readonly recorder: CaseRecorder) {}

  execute({ request }: RunCaseCommand): Promise<RecordOutcome> {
    return this.recorder.record(request);
  }
}
