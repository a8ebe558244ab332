import { Inject, Injectable } from '@nestjs/common';
import { stringify } from 'yaml';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { loadCertificate, loadDisclosurePolicy } from '#infra/disclosure';
import { shippedPolicyFile } from '#infra/policy';
import type { Config } from '#libs/config';
import { type Audience, exportCase, exportLimits, type ExportOutcome, verifierPage } from '#libs/disclosure';
import { type CaseId, caseStream } from '#libs/domain';
import type { EventStore, StoredEvent } from '#libs/event-store';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { LedgerService } from '#libs/ledger-feed';
import type { ReadModels } from '#libs/read-models';
import { accessCategory } from '#libs/reads';
import { CONFIG, EVENT_STORE, POLICY, type PolicySource, READ_MODELS } from '#libs/service';

/** Puts a bundle's sources together: the case's stream, its keys, the ledger, and the files that are in force. */
@Injectable()
export class CaseExporter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(KEY_STORE) private readonly keys: KeyStore,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
  ) {}

  /** @throws what the sources throw */
  async export(caseId: CaseId, audience: Audience): Promise<ExportOutcome> {
    const { ledger, store, keys } = this;
    const disclosure = loadDisclosurePolicy(this.config.disclosureFile ?? undefined);
    const certificate = loadCertificate(this.config.certificateFile ?? undefined);
    const policyFile = this.config.policyFile ?? shippedPolicyFile();
    return exportCase(
      { store, keys, ledger, timeStampsOf: (size) => ledger.timeStampsOf(size), accessTo: () => this.accessTo(caseId) },
      {
        stream: caseStream(caseId),
        audience,
        createdAt: new Date().toISOString(),
        zone: this.policy.current().zone,
        signer: ledger.noteSigner,
        policy: disclosure.value,
        policies: [
          { fileName: basename(policyFile), bytes: await readFile(policyFile) },
          // What was in force later: whoever reckons a deadline again needs the version that it names.
          ...this.policy.adoptions().map(({ policy }) => ({ fileName: `${policy.name}.v${policy.version}.adopted.yaml`, bytes: Buffer.from(stringify(policy)) })),
          { fileName: disclosure.fileName, bytes: disclosure.bytes },
        ],
        certificate: certificate.value,
        page: verifierPage(),
        documents: 'HTML_AND_PDF',
      },
    );
  }

  /** The records of reads that concern the case, each event once. */
  private async *accessTo(caseId: CaseId): AsyncIterable<StoredEvent> {
    const { store, readModels } = this;
    for (const { first, last, wanted } of runsOf(await readModels.accessPositions(caseId, exportLimits.accessMax))) {
      const between = { after: { logId: store.logId, n: first - 1n }, to: { logId: store.logId, n: last }, categories: [accessCategory] };
      for await (const page of store.readAll(between)) yield* page.filter(({ position }) => wanted.has(position.n));
    }
  }
}

/** Positions closer together than this are read in one go, with what lies between. */
const gapMax = 200n;

function runsOf(positions: readonly bigint[]): readonly { readonly first: bigint; readonly last: bigint; readonly wanted: ReadonlySet<bigint> }[] {
  const runs: { first: bigint; last: bigint; wanted: Set<bigint> }[] = [];
  for (const n of positions) {
    const run = runs.at(-1);
    if (run === undefined || n - run.last > gapMax) runs.push({ first: n, last: n, wanted: new Set([n]) });
    else {
      run.last = n;
      run.wanted.add(n);
    }
  }
  return runs;
}
