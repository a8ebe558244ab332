import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/access';
import { type EventStore, parsePosition, printPosition } from '#libs/event-store';
import { type FeedId, FeedProgress } from '#libs/feeds';
import { BadInput, type Connection, type Queries, type ReadModels } from '#libs/read-models';
import { EVENT_STORE, READ_MODELS } from '#libs/service';
import type { GraphqlConnection } from './connection.types.js';
import type { PageArgs } from './page.args.js';

/** How long a query waits for a projection that is behind what was asked for, in milliseconds. */
const atLeastWaitMs = 2_000;

/** Every list is asked here: freshness first, then rows, always through `queriesFor(viewer)`. */
@Injectable()
export class Lists {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(FeedProgress) private readonly progress: FeedProgress,
  ) {}

  queriesFor(viewer: Viewer): Queries {
    return this.readModels.queriesFor(viewer);
  }

  /** @throws BadInput, ProjectionBehind */
  async list<Row, Node>(
    { viewer, feed, page }: { readonly viewer: Viewer; readonly feed: FeedId; readonly page: PageArgs },
    ask: (queries: Queries) => Promise<Connection<Row>>,
    nodeOf: (row: Row) => Node,
  ): Promise<GraphqlConnection<Node>> {
    const { atLeast } = page;
    // Known before the rows are read: what it names is surely among them.
    const projectedThrough = atLeast === null || atLeast === undefined ? await this.projectedThrough(feed) : await this.awaitPosition(feed, atLeast);
    const { edges, pageInfo } = await ask(this.queriesFor(viewer));
    return {
      edges: edges.map(({ node, cursor }) => ({ node: nodeOf(node), cursor })),
      pageInfo,
      projectedThrough,
    };
  }

  async projectedThrough(feed: FeedId): Promise<string | null> {
    const through = await this.progress.projectedThrough(feed);
    return through === null ? null : printPosition(through);
  }

  private async awaitPosition(feed: FeedId, atLeast: string): Promise<string> {
    const parsed = parsePosition(atLeast, this.store.logId);
    if (parsed.kind !== 'POSITION') throw new BadInput('atLeast', 'is not a position of this log');
    return printPosition(await this.progress.waitFor(feed, parsed.position, atLeastWaitMs));
  }
}
