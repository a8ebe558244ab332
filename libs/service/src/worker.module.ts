import { Module } from '@nestjs/common';

/** The feeds: read models now; ledger, clocks and live beside them. In the api's process by default, in `apps/worker` where asked. */
@Module({})
export class WorkerModule {}
