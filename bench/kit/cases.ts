import { createSecretKey, randomBytes } from 'node:crypto';
import type { CaseCommand, CaseId, CommandId } from '../../libs/domain/src/index.js';
import { derivedId, systemRandom, uuidv7 } from '../../libs/envelope/src/index.js';
import type { EventStore } from '../../libs/event-store/src/index.js';
import { MemoryKeyStore } from '../../libs/keys/src/module.js';
import { Recorder } from '../../libs/recorder/src/index.js';
import { people } from '../../test/support/case-kit.js';
import { samplePolicy } from '../../test/support/policy.js';

const at = { earliest: { instant: '2026-03-01T18:00:00.000Z' }, latest: null, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' } as const;

const report: CaseCommand = {
  type: 'fileReport',
  data: {
    target: 'NEW',
    origin: 'OFFICER',
    source: null,
    incident: { dispatch: 'D-1', records: null, other: [] },
    occurredAt: at,
    reportedAt: null,
    place: { beat: '411', district: '4', description: 'STREET' },
    address: null,
    category: null,
    narrative: 'An invented account of an invented incident. '.repeat(8),
    onSceneAt: null,
    unit: 'unit-1',
    camera: null,
    officersPresent: [],
    injuries: 'NO',
    footageViewed: false,
  },
};
const detail = (n: number): CaseCommand => ({
  type: 'recordSceneDetail',
  data: {
    kind: 'AUTHORITY_STATED',
    description: null,
    agents: [],
    vehicle: null,
    warrant: null,
    wordsUsed: `Invented words ${n}, given at some length. `.repeat(6),
    officer: null,
    camera: null,
    cameraHolder: null,
    place: null,
    timecode: null,
  },
});

/** Records real cases of any length, through the product's own recorder. */
export class CaseMaker {
  private readonly recorder: Recorder;
  private numbers = 0;

  constructor(store: EventStore) {
    const elsewhere = { caseNumber: async () => `2026-${String((this.numbers += 1)).padStart(6, '0')}`, claims: async () => [] };
    this.recorder = new Recorder({ store, keys: new MemoryKeyStore(), pepper: createSecretKey(randomBytes(32)), elsewhere, policy: () => samplePolicy });
  }

  async make(events: number): Promise<CaseId> {
    const first = this.commandId();
    const caseId = derivedId('case', first) as string as CaseId; // The brand's parse, as the api does it.
    await this.record(caseId, first, report);
    for (let n = 1; n < events; n += 1) await this.record(caseId, this.commandId(), detail(n));
    return caseId;
  }

  private async record(caseId: CaseId, commandId: CommandId, command: CaseCommand): Promise<void> {
    const outcome = await this.recorder.record({ commandId, caseId, command, actor: people.officer, expectedRevision: null, correlationId: commandId, causationId: null });
    if (outcome.kind !== 'RECORDED') throw new Error(`not recorded: ${JSON.stringify(outcome)}`);
  }

  private commandId(): CommandId {
    return uuidv7({ now: Date.now, random: systemRandom }) as string as CommandId; // As above.
  }
}
