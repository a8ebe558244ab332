export { CASE_LOADER, CONFIG, DATABASE, DATABASE_SERVER, DELIVERY_IDS, DELIVERY_RETRIES, EVENT_STORE, HEALTH, type Health, policiesOf, POLICY, POLICY_RECORDER, type PolicySource, READ_MODELS, RECORDER, TELEMETRY, USER_RECORDER, WEBHOOK_ENDPOINTS } from './tokens.js';
export { issuerOf } from './accounts.provider.js';
export { readinessLimits } from './telemetry/readiness.js';
export type { Telemetry } from './telemetry/observed-recorders.js';
export { vocabulary } from './telemetry/vocabulary.js';
