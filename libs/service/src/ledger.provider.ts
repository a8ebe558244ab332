import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { ResolvedDatabase } from '#infra/postgres';
import { type Config, ConfigError } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import type { FeedProgress } from '#libs/feeds';
import { parseVerifierKey } from '#libs/ledger';
import { type LedgerLog, LedgerService } from '#libs/ledger-feed';
import { openLedgerSigner, Rfc3161TimeStamper } from '#libs/ledger-feed/module';
import type { FeedObserver } from './telemetry/feed-observer.js';

export interface LedgerSurroundings {
  readonly config: Config;
  readonly pool: Pool;
  readonly server: ResolvedDatabase;
  readonly store: EventStore;
  readonly progress: FeedProgress;
  readonly observer: FeedObserver;
  readonly log: LedgerLog;
}

/** The ledger of this process. It answers everywhere; the worker starts its feed and its signing. */
export async function openLedger({ config, pool, server, store, progress, observer, log }: LedgerSurroundings): Promise<LedgerService> {
  const { origin, key, pinsFolder, witnesses, timeStamps } = config.ledger;
  const folder = join(config.dataFolder, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await mkdir(pinsFolder, { recursive: true });
  return new LedgerService({
    pool,
    store,
    databaseUrl: server.serviceUrl,
    origin,
    signer: await openLedgerSigner({ pool, origin, folder, fromEnvironment: key }),
    witnesses: witnesses.map((text) => {
      const witness = parseVerifierKey(text);
      if (witness === null) throw new ConfigError('CASELEDGER_WITNESSES holds what is no verifier key');
      return witness;
    }),
    clock: { now: () => new Date() },
    log,
    pinsFolder,
    ...(timeStamps === null ? {} : { timeStamper: await openTimeStamper(timeStamps) }),
    observe: observer.observe,
    onProgress: (feed, position) => {
      progress.advanced(feed, position);
      observer.committed(feed, position);
    },
  });
}

/** @throws ConfigError for a file without a certificate */
async function openTimeStamper({ url, certificatesFile }: NonNullable<Config['ledger']['timeStamps']>): Promise<Rfc3161TimeStamper> {
  try {
    return new Rfc3161TimeStamper({ url, trustedCertificates: await readFile(certificatesFile, 'utf8') });
  } catch (cause) {
    throw new ConfigError(`CASELEDGER_TSA_CERTIFICATES can't be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
