import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { readModelFeeds } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { channels } from './channels.js';
import { checkCounts } from './counts.js';
import { expectedOf, judge } from './judge.js';
import type { World } from './world.js';

export interface MatrixReport {
  readonly channel: string;
  readonly cells: number;
  readonly shown: number;
  readonly wrong: readonly string[];
}

/** How long the read models may take to show all that was recorded, in milliseconds. */
const projectedMs = 30_000;

/** Every asker, through every channel, about every case: what is shown is what the policy allows, and it is shown. */
export async function runMatrix(world: World): Promise<readonly MatrixReport[]> {
  const { service, cases, askers } = world;
  const head = await service.app.get<EventStore>(EVENT_STORE).head();
  if (head === null) throw new Error('unreachable: cases were recorded');
  const progress = service.app.get(FeedProgress);
  for (const feed of Object.values(readModelFeeds)) await progress.waitFor(feed, head, projectedMs);
  const now = new Date().toISOString();
  const expected = new Map(askers.map((asker) => [asker, new Map(cases.map((one) => [one, expectedOf(asker, one, now)]))]));
  const reports: MatrixReport[] = [];
  for (const channel of channels) {
    const wrong: string[] = [];
    let [cells, shown] = [0, 0];
    for (const asker of askers) {
      for (const answer of await channel.ask(world, asker)) {
        // Whatever was asked about, an answer may tell of no other case what it may not tell.
        for (const one of cases) {
          const may = expected.get(asker)?.get(one);
          if (may === undefined) throw new Error('unreachable: it was made for each');
          const verdict = judge(answer.about.includes(one) ? channel : { ...channel, shows: [] }, asker, answer, one, may);
          if (answer.about.includes(one)) cells += verdict.cells;
          shown += verdict.shown;
          wrong.push(...verdict.wrong);
        }
      }
    }
    reports.push({ channel: channel.name, cells, shown, wrong });
  }
  const counts = await checkCounts(world);
  reports.push({ channel: 'count on a dashboard', cells: counts.cells, shown: counts.cells, wrong: counts.wrong });
  return reports;
}
