export { loadPolicy, PolicyError, shippedPolicyFile } from './load-policy.js';
