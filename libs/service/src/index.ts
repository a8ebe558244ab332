export { CASE_LOADER, CONFIG, DATABASE, DATABASE_SERVER, EVENT_STORE, HEALTH, type Health, POLICY, type PolicySource, READ_MODELS, RECORDER } from './tokens.js';
