import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { demonstrationUnit, type DevelopmentIssuer } from '#libs/access';
import type { Config } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import { graphqlScenarioPort, play, type Player, scenario } from '#libs/scenario';
import { CONFIG, EVENT_STORE } from '#libs/service';
import { DEVELOPMENT_ISSUER } from '../auth/access.module.js';
import { graphqlPath } from '../graphql/path.js';

/** Steps of the scenario that the sample case has behind it: it waits for its legal review, so that there is something left to do. */
const lastStep = 'approveReview';

/**
 * At the first start in development, an invented case to look at, played through the service's own GraphQL like anybody's. Answers its
 * number; null where the log holds anything already.
 */
export async function seedSampleCase(app: NestFastifyApplication): Promise<string | null> {
  if ((await app.get<EventStore>(EVENT_STORE).head()) !== null) return null;
  const issuer = app.get<DevelopmentIssuer>(DEVELOPMENT_ISSUER);
  const { audience } = app.get<Config>(CONFIG);
  const url = `${await app.getUrl()}${graphqlPath}`;
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = ({ user, role }: Player): Promise<string> => {
    const token = tokens.get(user) ?? issuer.token(user, [role], demonstrationUnit, audience);
    tokens.set(user, token);
    return token;
  };
  const port = graphqlScenarioPort(async <Data>(as: Player, query: string, variables: object): Promise<Data> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf(as)}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] }; // Our own answer.
    if (data === undefined || data === null) throw new Error(`the sample case could not be recorded: ${errors?.[0]?.message ?? response.status}`);
    return data;
  });
  const until = scenario.findIndex((step) => step.action === lastStep && step.refused === undefined);
  return (await play(scenario.slice(0, until + 1), port, new Date())).caseNumber;
}
