export { loadPolicy, parsePolicy, PolicyError, shippedPolicyFile } from './load-policy.js';
