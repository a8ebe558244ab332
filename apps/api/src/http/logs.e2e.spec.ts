import { describe, expect, it } from '@jest/globals';
import { ask, type GraphqlAnswer } from '../../../../test/support/app.js';
import { withService } from '../../../../test/access/document-flood.js';

const correlationId = '01930000-0000-7000-8000-00000000000a';
const secrets = { narrative: 'Invented-narrative-Wqzx', name: 'Invented-name-Wqzx', contact: 'invented-wqzx@example.invalid', searched: 'Invented-words-Wqzx', purpose: 'Invented-purpose-Wqzx' };

describe('the logs, at their most talkative', () => {
  it('are one JSON object a line, with the correlation id, and hold no token, no protected text and nothing that was sent', async () => {
    const tokens: string[] = [];
    const lines = await withService({ CASELEDGER_LOG_LEVEL: 'trace' }, async ({ url, child, token }) => {
      let said = '';
      child.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
      const officer = await token('OFFICER', 'officer-1');
      tokens.push(officer, `${officer}x`);
      const send = (as: string, query: string, variables: object): Promise<GraphqlAnswer> => ask(url, as, JSON.stringify({ query, variables }));
      const occurredAt = { earliest: { instant: '2026-03-01T18:00:00Z' }, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' };
      const input = { origin: 'OFFICER', incident: {}, place: {}, occurredAt, narrative: secrets.narrative, injuries: 'NO' };
      const filed = await send(officer, 'mutation ($input: FileReportInput!) { fileReport(input: $input) { ... on Recorded { caseId } } }', { input });
      const caseId = (filed.data as { fileReport: { caseId: string } }).fileReport.caseId;
      // Input that is refused at each stage quotes nothing, either.
      await send(officer, 'mutation ($input: FileReportInput!) { fileReport(input: $input) { __typename } }', { input: { ...input, injuries: secrets.name } });
      await send(officer, `{ node(id: "${secrets.name}") { id ${secrets.contact.split('@')[0]} } }`, {});
      await send(officer, 'query ($c: UUID!) { case(caseId: $c) { number } }', { c: secrets.name });
      await send(officer, `query ($c: UUID!) { case(caseId: $c, purpose: "${secrets.purpose}") { reports { narrative { text } } } }`, { c: caseId });
      await send(officer, 'query ($t: String!) { search(text: $t) { edges { cursor } } }', { t: secrets.searched });
      await send(`${officer}x`, '{ __typename }', {});
      await fetch(`${url}/${secrets.contact}?access_token=${officer}`, { headers: { 'x-correlation-id': correlationId } });
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${officer}`, 'x-correlation-id': correlationId }, body: `{"query": "${secrets.name}` });
      // Another id than a UUID is none of ours.
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'x-correlation-id': officer }, body: '{}' });
      child.kill('SIGTERM');
      await new Promise((resolve) => child.stdout?.on('end', resolve));
      return said.split('\n').filter((line) => line !== '');
    });
    const logged = lines.filter((line) => line.startsWith('{'));
    expect(logged.length).toBeGreaterThan(8);
    for (const line of logged) expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(Number) });
    const requests = logged.filter((line) => line.includes('"msg":"request"'));
    expect(requests.length).toBeGreaterThan(5);
    for (const line of requests) expect(line).toMatch(/"correlationId":"[0-9a-f]{8}-/);
    expect(logged.some((line) => line.includes(correlationId))).toBe(true);
    // What the service prints for a person at its start is not a log: there, and only there, tokens of demonstration users stand.
    const all = logged.join('\n');
    const found = [...tokens.map((token) => token.slice(-60)), secrets.narrative, secrets.name, secrets.contact, secrets.searched, secrets.purpose].filter((secret) => all.includes(secret));
    expect(found).toEqual([]);
  }, 60_000);
});
