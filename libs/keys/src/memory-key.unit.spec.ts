import { MemoryKeyStore } from './memory-key.adapter.js';
import { keyStoreContract } from './key-store.contract.js';

keyStoreContract('memory', async () => ({ keys: new MemoryKeyStore(), close: async () => undefined }));
