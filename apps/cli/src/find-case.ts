import type { Client } from './client.js';
import { exitCodes, Stop } from './exit-codes.js';

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a case that a person names by its id or its number (`2026-000123`). @throws Stop */
export async function findCase(client: Client, which: string): Promise<string> {
  if (uuidForm.test(which)) return which.toLowerCase();
  const { caseByNumber } = await client.ask<{ caseByNumber: { caseId: string } | null }>('query ($n: String!) { caseByNumber(number: $n) { caseId } }', { n: which });
  if (caseByNumber === null) throw new Stop(exitCodes.failed, `There is no case ${which} that you may see.`);
  return caseByNumber.caseId;
}
