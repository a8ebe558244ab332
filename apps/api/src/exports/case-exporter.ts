import { Inject, Injectable } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { loadCertificate, loadDisclosurePolicy } from '#infra/disclosure';
import { shippedPolicyFile } from '#infra/policy';
import type { Config } from '#libs/config';
import { type Audience, exportCase, type ExportOutcome, verifierPage } from '#libs/disclosure';
import { type CaseId, caseStream } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { LedgerService } from '#libs/ledger-feed';
import { CONFIG, EVENT_STORE, POLICY, type PolicySource } from '#libs/service';

/** Puts a bundle's sources together: the case's stream, its keys, the ledger, and the files that are in force. */
@Injectable()
export class CaseExporter {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(KEY_STORE) private readonly keys: KeyStore,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(POLICY) private readonly policy: PolicySource,
  ) {}

  /** @throws what the sources throw */
  async export(caseId: CaseId, audience: Audience): Promise<ExportOutcome> {
    const { ledger, store, keys } = this;
    const disclosure = loadDisclosurePolicy(this.config.disclosureFile ?? undefined);
    const certificate = loadCertificate(this.config.certificateFile ?? undefined);
    const policyFile = this.config.policyFile ?? shippedPolicyFile();
    return exportCase(
      { store, keys, ledger, timeStampsOf: (size) => ledger.timeStampsOf(size) },
      {
        stream: caseStream(caseId),
        audience,
        createdAt: new Date().toISOString(),
        zone: this.policy.current().zone,
        signer: ledger.noteSigner,
        policy: disclosure.value,
        policies: [
          { fileName: basename(policyFile), bytes: await readFile(policyFile) },
          { fileName: disclosure.fileName, bytes: disclosure.bytes },
        ],
        certificate: certificate.value,
        page: verifierPage(),
        documents: 'HTML_AND_PDF',
      },
    );
  }
}
