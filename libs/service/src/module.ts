export { runRebuild, UnknownFeed } from './rebuild/rebuild.js';
export { ServiceModule } from './service.module.js';
export { WorkerModule } from './worker.module.js';
export { type Beside, openBeside } from './beside.provider.js';
export { runSimulation, type RunSimulationOptions, SimulationRefused } from './simulation.js';
