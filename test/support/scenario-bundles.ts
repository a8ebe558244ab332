import type { Role, CaseId } from '#libs/domain';
import type { Audience } from '#libs/disclosure';
import { graphqlScenarioPort, play, type Player, scenario } from '#libs/scenario';
import { CaseExporter } from '../../apps/api/src/exports/case-exporter.js';
import { startApp } from './app.js';

/** A checkpoint covers the last event a second after it. */
const tries = 100;
const pauseMs = 100;

/** The whole scenario, played through a real service, exported for each audience. */
export async function scenarioBundles(audiences: readonly Audience[]): Promise<{ readonly ledgerKey: string; readonly bundles: readonly Uint8Array[] }> {
  const running = await startApp();
  try {
    const ask = async <Data>(as: Player, query: string, variables: object): Promise<Data> => {
      const { data, errors } = await running.graphql<Data>(await running.token(as.user, as.role as Role), query, variables);
      if (data === null) throw new Error(JSON.stringify(errors));
      return data;
    };
    const { caseId } = await play(scenario, graphqlScenarioPort(ask), new Date());
    const exporter = running.app.get(CaseExporter, { strict: false });
    const bundles: Uint8Array[] = [];
    for (const audience of audiences) bundles.push(await exported(() => exporter.export(caseId as CaseId, audience)));
    const { keys } = (await (await fetch(new URL('/.well-known/caseledger-ledger.json', running.url))).json()) as { keys: readonly string[] };
    return { ledgerKey: keys[0] ?? '', bundles };
  } finally {
    await running.close();
  }
}

async function exported(ask: () => ReturnType<CaseExporter['export']>): Promise<Uint8Array> {
  for (let n = 1; ; n += 1) {
    const outcome = await ask();
    if (outcome.kind === 'EXPORTED') return outcome.bundle;
    if (n >= tries) throw new Error(outcome.message);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
