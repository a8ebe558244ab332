/** Which users may sign in: their streams, and what every process knows of them a moment after it is recorded. */
export { StandingsUnknown, UserStandings, standingLimits } from './user-standings.js';
export { userStreamId } from './user-stream.js';
