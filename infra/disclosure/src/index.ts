export { type CertificateTemplate, DisclosureFileError, loadCertificate, loadDisclosurePolicy, shippedAudiences, shippedCertificate } from './load.js';
export { disclosurePolicySchema } from './schema.js';
