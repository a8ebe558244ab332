import { keptMark, marks, ShreddingTrial } from '../shredding/trial.js';
import type { Searched } from '../shredding/plaintext.js';
import type { AccessPart } from './part.js';
import { query } from '../support/sql.js';

const said = (what: string, { looked, bytes, found }: Searched): string => `${found.length} of ${looked.toLocaleString('en')} ${what} (${(bytes / 1024 / 1024).toFixed(1)} MiB)${found.length === 0 ? '' : `: ${found.join(', ')}`}`;

/** What was typed about a person, looked for in everything that the service keeps: before it is expunged, so that the search is known to work, and after. */
export const shreddingPart: AccessPart = {
  name: 'shredding',
  async run({ print }) {
    const trial = await ShreddingTrial.open();
    try {
      await trial.record();
      const before = { tables: await trial.tablesWith(marks), files: await trial.filesWith(marks) };
      print(`shredding: ${marks.length} invented words of a person’s name, contact and statement, before`);
      print(`shredding:   in ${said('tables', before.tables)}`);
      print(`shredding:   in ${said('files', before.files)}`);
      const confirmed = await trial.confirmShredding('LEGAL', await trial.requestShredding());
      await trial.purged();
      await query(trial.adminUrl, 'CHECKPOINT');
      const after = { tables: await trial.tablesWith(marks), files: await trial.filesWith(marks), kept: await trial.filesWith([keptMark]) };
      print(`shredding: after, in ${said('tables', after.tables)} and ${said('files', after.files)}; a word that was not expunged is still in ${after.kept.found.length} files`);
      const blind = before.tables.found.length === 0 || before.files.found.length === 0 || after.kept.found.length === 0;
      return [
        { what: 'the order confirmed by a second person', tried: 1, failed: confirmed.__typename === 'Recorded' ? [] : [`it was ${confirmed.__typename} ${confirmed.code ?? ''}`] },
        { what: 'the search finds what is there', tried: before.tables.looked + before.files.looked, failed: blind ? ['it found nothing where something is'] : [] },
        { what: 'tables searched for the plaintext after shredding', tried: after.tables.looked, failed: after.tables.found },
        { what: 'files of the data folder searched for the plaintext after shredding', tried: after.files.looked, failed: after.files.found },
      ];
    } finally {
      await trial.close();
    }
  },
};
