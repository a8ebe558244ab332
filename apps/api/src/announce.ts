import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { demonstrationUnit, demonstrationUsers, type DevelopmentIssuer } from '#libs/access';
import type { Config } from '#libs/config';
import { DEVELOPMENT_ISSUER } from './auth/access.module.js';
import { graphqlPath } from './graphql/path.js';
import { seedSampleCase } from './sample/sample-case.js';

/** Says where the service is and, in development, how to sign in to it. */
export async function announce(app: NestFastifyApplication, config: Config): Promise<void> {
  const url = `${(await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost')}${graphqlPath}`;
  const issuer = app.get<DevelopmentIssuer | null>(DEVELOPMENT_ISSUER);
  const lines = [`Caseledger serves ${url}`];
  if (config.introspection) lines.push(issuer === null ? 'Open it in a browser for the GraphQL console.' : 'Open it in a browser for the GraphQL console, and sign in there as one of the demonstration users.');
  if (issuer !== null) {
    const sample = config.sample ? await seedSampleCase(app) : null;
    if (sample !== null) lines.push(`Sample case (invented): ${sample}`);
    lines.push('', 'Development mode: demonstration tokens, valid for 12 hours. Send one as "Authorization: Bearer <token>".');
    for (const { actor, role } of demonstrationUsers) lines.push(`  ${role.padEnd(18)} ${await issuer.token(actor, [role], demonstrationUnit, config.audience)}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
