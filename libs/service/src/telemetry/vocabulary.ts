import { caseActions, deliveryActions, policyActions, userActions } from '#libs/domain';
import type { FeedId } from '#libs/feeds';
import { ledgerFeedId } from '#libs/ledger-feed';
import { accessFeed, accessLogFeed, allProjections, readModelFeeds } from '#libs/read-models';
import { accessCategory } from '#libs/reads';
import type { Vocabulary } from '#libs/telemetry';

/** Every feed of the service. */
export const allFeeds: readonly FeedId[] = [...Object.values(readModelFeeds), accessLogFeed, ledgerFeedId];

/** Addresses that the api answers at, by their templates; the rest is one. */
const routes = [
  ...['/graphql', '/health', '/ready', '/metrics', '/development/token', '/exports/:id'],
  ...['/ledger/checkpoint', '/ledger/tile/*', '/ledger/cosignatures', '/ledger/keys', '/.well-known/caseledger-ledger.json'],
];

/** The unit of a feed in which nothing is parked. */
export const noUnit = 'none';

/** What the labels of metrics may say. */
export const vocabulary: Vocabulary = {
  action: [caseActions, userActions, policyActions, deliveryActions].flatMap((actions) => Object.keys(actions)),
  category: ['case', 'user', 'policy', 'webhook', accessCategory],
  feed: allFeeds.map(({ name }) => name),
  unit: [noUnit, ...allProjections.map(({ name }) => name), ...accessFeed(accessLogFeed).units],
  route: routes,
};
