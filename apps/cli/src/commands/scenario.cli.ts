import type { Command } from 'commander';
import { cast, graphqlScenarioPort, play, type Play, type Played, type Player, scenario, ScenarioBroken } from '#libs/scenario';
import { Client, developmentToken } from '../client.js';
import { exitCodes, Stop } from '../exit-codes.js';
import { type GlobalOptions, printJson, printLine } from '../program.js';
import { readTrail, type TrailEntry, trailLine } from '../trail.js';

export function addScenario(program: Command): void {
  program
    .command('scenario')
    .option('--zone <zone>', 'time zone of the printed times', 'America/Chicago')
    .description('Drive one invented incident from report to the prosecutor’s decision through a service in development mode, and print its trail.')
    .action(async ({ zone }: { readonly zone: string }, command: Command) => run(zone, command.optsWithGlobals<GlobalOptions>()));
}

async function run(zone: string, { url, json }: GlobalOptions): Promise<void> {
  const clients = new Map<string, Promise<Client>>();
  const clientOf = (player: Player): Promise<Client> => {
    const known = clients.get(player.user);
    if (known !== undefined) return known;
    const client = developmentToken(url, player.role, player.user).then((token) => new Client(url, token));
    clients.set(player.user, client);
    return client;
  };
  const port = graphqlScenarioPort(async (as, query, variables) => (await clientOf(as)).ask(query, variables));
  const ended = await play(scenario, port, new Date()).catch((error: unknown) => {
    throw error instanceof ScenarioBroken ? new Stop(exitCodes.failed, error.message) : error;
  });
  const trail = await readTrail(await clientOf(cast.supervisor), ended.caseId, ended.position);
  if (json) printJson({ caseId: ended.caseId, caseNumber: ended.caseNumber, stage: ended.things.stage, trail, refusals: ended.played.filter(({ answer }) => answer.kind === 'REFUSED').map(refusalOf) });
  else print(ended, trail, zone);
  if (ended.things.stage !== 'DECIDED') throw new Stop(exitCodes.failed, `The case ended at ${ended.things.stage}, not at DECIDED.`);
}

const refusalOf = ({ step, answer }: Played) => ({ by: step.as.user, action: step.action, ...answer });

/** The trail with the refusals between the steps: they recorded nothing, and that is worth seeing. */
function print({ caseNumber, caseId, played, things }: Play, trail: readonly TrailEntry[], zone: string): void {
  printLine(`Case ${caseNumber ?? caseId} (invented), from report to decision`);
  printLine();
  const refusals = played.filter(({ answer }) => answer.kind === 'REFUSED');
  for (const entry of trail) {
    printLine(trailLine(entry, zone));
    for (const { step, answer } of refusals.filter(({ revision }) => revision === entry.revision)) {
      if (answer.kind !== 'REFUSED') continue;
      printLine(`   –  refused, nothing recorded    ${`${step.as.user} wanted ${step.action}`.padEnd(42)} ${answer.code}: ${answer.message}`);
      for (const gap of answer.gaps) printLine(`${' '.repeat(79)}- ${gap}`);
    }
  }
  printLine();
  printLine(`${trail.length} events, ${refusals.length} refusals. The case stands at ${things.stage}.`);
  printLine(`Read it again with: npx caseledger trail ${caseNumber ?? caseId}`);
}
