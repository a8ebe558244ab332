import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Config } from '#libs/config';
import { ServiceModule, WorkerModule } from '#libs/service/module';
import { ActionsModule } from './actions/actions.module.js';
import { AccessModule } from './auth/access.module.js';
import { AuthenticatedGuard } from './auth/authenticated.guard.js';
import { CaseledgerGraphqlModule } from './graphql/graphql.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { DevelopmentTokenController } from './http/development-token.controller.js';
import { HealthController } from './http/health.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { OpenSockets } from './live/open-sockets.js';
import { SocketServer } from './live/socket-server.js';
import { QueriesModule } from './queries/queries.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        ServiceModule.forRoot(config),
        ...(config.worker === 'inline' ? [WorkerModule] : []),
        AccessModule,
        CaseledgerGraphqlModule,
        ActionsModule,
        QueriesModule,
        LedgerModule,
        ExportsModule,
      ],
      controllers: [HealthController, MetricsController, DevelopmentTokenController],
      providers: [OpenSockets, SocketServer, { provide: APP_GUARD, useClass: AuthenticatedGuard }],
    };
  }
}
