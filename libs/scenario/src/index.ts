/** One invented incident, played through a running service: for demonstration, for the sample case, and for tests. */
export { type Ask, graphqlScenarioPort } from './graphql.port.js';
export type { Answer, CaseThings, Player, ScenarioPort } from './port.js';
export { play, type Play, type Played, ScenarioBroken } from './run.js';
export { cast, scenario, type Scene, type Step } from './steps.js';
