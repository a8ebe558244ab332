import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Int, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { Endpoint } from '#libs/clocks';
import type { DeliveryState } from '#libs/read-models';
import { WEBHOOK_ENDPOINTS } from '#libs/service';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { connectionType, type GraphqlConnection } from '../lists/connection.types.js';
import { Lists } from '../lists/lists.service.js';
import { deliveryOf, DeliveryStateEnum, WebhookDelivery, WebhookEndpoint } from './webhooks.types.js';

@ArgsType()
class DeliveryArgs {
  @Field(() => DeliveryStateEnum, { nullable: true, description: 'Only those that stand so.' })
  readonly state?: DeliveryState | null;

  @Field(() => String, { nullable: true, description: 'Only those to the endpoint of this name.' })
  readonly endpoint?: string | null;

  @Field(() => Int, { nullable: true, description: 'So many from the beginning, 200 at most. Default 50.' })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'After this cursor.' })
  readonly after?: string | null;
}

const WebhookDeliveryConnection = connectionType('WebhookDelivery', WebhookDelivery);

/** For who runs the system, and for who oversees it; everybody else gets empty lists. */
@Resolver()
export class WebhooksResolver {
  constructor(
    @Inject(Lists) private readonly lists: Lists,
    @Inject(WEBHOOK_ENDPOINTS) private readonly endpoints: readonly Endpoint[],
  ) {}

  @Query(() => WebhookDeliveryConnection, {
    description: 'What clocks told of outside, the newest first; taken ones for 90 days. For ADMIN, and for OVERSIGHT on the cases that it sees; empty for everybody else.',
  })
  async webhookDeliveries(@Args() { state, endpoint, first, after }: DeliveryArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<WebhookDelivery>> {
    const { edges, pageInfo } = await this.lists.queriesFor(viewer).webhookDeliveries({ state, endpoint, page: { first: first ?? null, after: after ?? null } });
    // No feed's: a delivery is written together with its notice.
    return { edges: edges.map(({ node, cursor }) => ({ node: deliveryOf(node), cursor })), pageInfo, projectedThrough: null };
  }

  @Query(() => [WebhookEndpoint], { description: 'Where clocks are told of, and how the deliveries stand. For ADMIN, and for OVERSIGHT on the cases that it sees; empty for everybody else.' })
  async webhookEndpoints(@CurrentViewer() viewer: Viewer): Promise<readonly WebhookEndpoint[]> {
    const counts = await this.lists.queriesFor(viewer).webhookCounts();
    if (counts === null) return [];
    const configured = new Map(this.endpoints.map(({ name, kinds }) => [name, kinds]));
    const names = [...new Set([...configured.keys(), ...counts.map(({ endpoint }) => endpoint)])].toSorted();
    return names.map((name) => {
      const countOf = (state: DeliveryState): number => counts.find((one) => one.endpoint === name && one.state === state)?.count ?? 0;
      return { name, kinds: configured.get(name) ?? [], isConfigured: configured.has(name), pending: countOf('PENDING'), delivered: countOf('DELIVERED'), dead: countOf('DEAD') };
    });
  }
}
