export { CASE_LOADER, CONFIG, DATABASE, DATABASE_SERVER, EVENT_STORE, HEALTH, type Health, policiesOf, POLICY, POLICY_RECORDER, type PolicySource, READ_MODELS, RECORDER, USER_RECORDER } from './tokens.js';
export { issuerOf } from './accounts.provider.js';
