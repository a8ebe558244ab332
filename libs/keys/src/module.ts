/** The adapters, for whoever composes an application. Libraries use `#libs/keys` and `#libs/keys/port`. */
export { KeyEvictions, type KeyEvictionOptions } from './key-evictions.js';
export { LocalKeyWrapper } from './local-wrapper.adapter.js';
export { MemoryKeyStore } from './memory-key.adapter.js';
export { PostgresKeyStore, type PostgresKeyStoreOptions } from './postgres-key.adapter.js';
export { openSecretFile, secretFromBase64, SecretRefused, type SecretFileOptions } from './secret-file.js';
