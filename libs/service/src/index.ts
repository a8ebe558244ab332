export { CASE_LOADER, CONFIG, DATABASE, EVENT_STORE, FEEDS, HEALTH, type Health, POLICY, type PolicySource, READ_MODELS, RECORDER } from './tokens.js';
