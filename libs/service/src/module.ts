export { ServiceModule } from './service.module.js';
export { WorkerModule } from './worker.module.js';
