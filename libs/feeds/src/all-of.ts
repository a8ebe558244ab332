/** Waits for all of a transaction's parts. @throws what the first in order failed with: what stands behind it in the transaction fails because of it */
export async function allOf(parts: readonly Promise<void>[]): Promise<void> {
  for (const settled of await Promise.allSettled(parts)) if (settled.status === 'rejected') throw settled.reason;
}
