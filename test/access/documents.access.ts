import type { AccessPart } from './part.js';
import { flood, othersLatency, withService } from './document-flood.js';

const documents = 100_000;
/** How long others' latency is measured, alone and beside, in seconds. */
const seconds = 20;
/** Of a production service. */
const requestsPerUser = '50';
const ratioMax = 2;

export const documentsPart: AccessPart = {
  name: 'documents',
  async run({ seed, print }) {
    const { sent, failed, statuses, rssMb } = await withService({}, (service) => flood(service, seed, documents));
    print(`documents: answered ${Object.entries(statuses).map(([status, times]) => `${status}: ${times.toLocaleString('en')}`).join(', ')}`);
    print(`documents: the service's memory: ${rssMb.early} MB after a tenth, ${rssMb.most} MB at most, ${rssMb.end} MB at the end`);
    const others = await withService({ CASELEDGER_REQUESTS_PER_USER: requestsPerUser }, (service) => othersLatency(service, seed, seconds));
    const ratio = others.besideMs / others.aloneMs;
    print(`documents: others wait ${others.aloneMs.toFixed(1)} ms alone, ${others.besideMs.toFixed(1)} ms beside ${others.hostilePerSecond.toFixed(0)} hostile documents a second (median): ${ratio.toFixed(2)} times`);
    return [
      { what: 'random and hostile documents: no 5xx, nothing of the inside, bounded memory', tried: sent, failed },
      { what: `hostile documents beside others, whose latency stays within ${ratioMax} times`, tried: others.hostileSent, failed: ratio <= ratioMax ? [] : [`${ratio.toFixed(2)} times`] },
    ];
  },
};
