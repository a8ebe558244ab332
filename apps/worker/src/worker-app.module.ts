import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { ServiceModule, WorkerModule } from '#libs/service/module';

@Module({})
export class WorkerAppModule {
  static forRoot(config: Config): DynamicModule {
    return { module: WorkerAppModule, imports: [ServiceModule.forRoot(config), WorkerModule] };
  }
}
