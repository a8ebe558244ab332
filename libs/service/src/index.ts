export { CASE_LOADER, CONFIG, DATABASE, DATABASE_SERVER, DELIVERY_RETRIES, EVENT_STORE, HEALTH, type Health, policiesOf, POLICY, POLICY_RECORDER, type PolicySource, READ_MODELS, RECORDER, USER_RECORDER, WEBHOOK_ENDPOINTS } from './tokens.js';
export { issuerOf } from './accounts.provider.js';
