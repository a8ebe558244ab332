/** Invented cases in any number, told through the service's own recorder: for measuring, for demonstrations, for conformance. */
export { Chance } from './chance.js';
export { simulate, type SimulateOptions, type Simulated, simulationLimits } from './simulate.js';
