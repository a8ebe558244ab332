import { Module } from '@nestjs/common';
import { LedgerController } from './ledger.controller.js';
import { LedgerResolver } from './ledger.resolver.js';

/** The ledger for whoever wants to check: by GraphQL, and over plain HTTP. */
@Module({ providers: [LedgerResolver], controllers: [LedgerController] })
export class LedgerModule {}
