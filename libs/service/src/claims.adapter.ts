import type { Pool } from 'pg';
import type { CaseId, Claim } from '#libs/domain';

interface ClaimRow {
  readonly case_id: string;
  readonly hold_status: string;
  readonly first_sha256: string | null;
}

/** Hold states that still claim the recording. */
const holding: ReadonlySet<string> = new Set(['PLACED', 'CONFIRMED']);

/** Other cases' claims on a recording, as the read models have them: perhaps a moment old, which domain.md accepts and names. */
export function claimsOf(pool: Pool) {
  return async (of: { readonly sourceSystem: string; readonly sourceReference: string; readonly except: CaseId }): Promise<readonly Claim[]> => {
    const { rows } = await pool.query<ClaimRow>(
      'SELECT case_id, hold_status, first_sha256 FROM read.footage WHERE source_system = $1 AND source_reference = $2 AND case_id <> $3 ORDER BY case_id',
      [of.sourceSystem, of.sourceReference, of.except],
    );
    // A codec: case_id is the id of a stream of this category.
    return rows.map((row) => ({ case: row.case_id as CaseId, held: holding.has(row.hold_status), firstSha256: row.first_sha256 }));
  };
}
