import { faulty } from './fault.js';
import { verifierLimits } from './ports.js';
import { hasKeys, isCount, isRecord, isTime, parseReprint } from './text.js';
import { isFileName } from './zip.js';

export const manifestName = 'manifest.json';
export const statementName = 'statement.note';
export const eventsName = 'events.ndjson';
export const accessName = 'access.ndjson';
export const checkpointName = 'checkpoint.note';

export interface ManifestFile {
  readonly name: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A reason for which something is withheld. */
export interface Ground {
  readonly code: string;
  readonly text: string;
}

export interface Manifest {
  readonly format: 'caseledger-bundle';
  readonly version: 1;
  readonly case: { readonly stream: string; readonly number: string | null };
  readonly audience: string;
  readonly createdAt: string;
  /** IANA zone of local times. */
  readonly zone: string;
  readonly ledger: {
    readonly origin: string;
    /** Verifier key of the log's first key. */
    readonly key: string;
    readonly witnesses: readonly string[];
  };
  readonly events: number;
  readonly access: number;
  readonly grounds: readonly Ground[];
  readonly files: readonly ManifestFile[];
}

const keys = ['format', 'version', 'case', 'audience', 'createdAt', 'zone', 'ledger', 'events', 'access', 'grounds', 'files'];
const streamForm = /^case-[a-z0-9._]+(?:-[a-z0-9._]+)*$/;
const numberForm = /^[0-9]{4}-[0-9]{6,12}$/;
const codeForm = /^[A-Z][A-Z0-9_]{0,63}$/;
const zoneForm = /^[A-Za-z0-9_+/-]{1,64}$/;
const hexForm = /^[0-9a-f]{64}$/;
export const isGroundCode = (value: unknown): value is string => typeof value === 'string' && codeForm.test(value);

const bad = (what: string) => faulty('MANIFEST', manifestName, `the manifest is damaged: ${what}`);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.isWellFormed();

/** @throws Faulty */
export function readManifest(text: string | null): Manifest {
  const value = text === null ? undefined : parseReprint(text);
  if (!isRecord(value) || !hasKeys(value, keys)) throw bad('it is not the one printed form of a manifest');
  if (value['format'] !== 'caseledger-bundle' || value['version'] !== 1) throw bad('it is not of a caseledger bundle, version 1');
  const { audience, createdAt, zone, events, access } = value;
  if (!isGroundCode(audience)) throw bad('audience');
  if (!isTime(createdAt)) throw bad('createdAt');
  if (typeof zone !== 'string' || !zoneForm.test(zone)) throw bad('zone');
  if (!isCount(events) || events === 0 || events > verifierLimits.eventsMax) throw bad('events');
  if (!isCount(access) || access > verifierLimits.eventsMax) throw bad('access');
  return {
    format: 'caseledger-bundle',
    version: 1,
    case: readCase(value['case']),
    audience,
    createdAt,
    zone,
    ledger: readLedger(value['ledger']),
    events,
    access,
    grounds: readGrounds(value['grounds']),
    files: readFiles(value['files']),
  };
}

function readCase(value: unknown): Manifest['case'] {
  if (!isRecord(value) || !hasKeys(value, ['stream', 'number'])) throw bad('case');
  const { stream, number } = value;
  if (typeof stream !== 'string' || !streamForm.test(stream)) throw bad('case.stream');
  if (number !== null && (typeof number !== 'string' || !numberForm.test(number))) throw bad('case.number');
  return { stream, number };
}

function readLedger(value: unknown): Manifest['ledger'] {
  if (!isRecord(value) || !hasKeys(value, ['origin', 'key', 'witnesses'])) throw bad('ledger');
  const { origin, key, witnesses } = value;
  if (!isText(origin) || !isText(key)) throw bad('ledger');
  if (!Array.isArray(witnesses) || witnesses.length > verifierLimits.noteSignaturesMax || !witnesses.every(isText)) throw bad('ledger.witnesses');
  return { origin, key, witnesses };
}

/** Each code once, in ascending order. */
function readGrounds(value: unknown): readonly Ground[] {
  if (!Array.isArray(value)) throw bad('grounds');
  let before = '';
  return value.map((ground: unknown) => {
    if (!isRecord(ground) || !hasKeys(ground, ['code', 'text'])) throw bad('grounds');
    const { code, text } = ground;
    if (!isGroundCode(code) || code <= before || !isText(text)) throw bad('grounds');
    before = code;
    return { code, text };
  });
}

/** Each name once, in ascending order of its ASCII characters; the manifest and the statement are not among them. */
function readFiles(value: unknown): readonly ManifestFile[] {
  if (!Array.isArray(value) || value.length > verifierLimits.filesMax) throw bad('files');
  let before = '';
  return value.map((file: unknown) => {
    if (!isRecord(file) || !hasKeys(file, ['name', 'size', 'sha256'])) throw bad('files');
    const { name, size, sha256 } = file;
    if (typeof name !== 'string' || !isFileName(name) || !isKnownFile(name) || name <= before) throw bad('files: a name is unknown or out of order');
    if (!isCount(size) || typeof sha256 !== 'string' || !hexForm.test(sha256)) throw bad(`files: ${name}`);
    before = name;
    return { name, size, sha256 };
  });
}

/** What a bundle may hold beside the manifest and the statement; the first three must be there. */
export const requiredFiles = [accessName, checkpointName, eventsName] as const;
const optionalFiles: ReadonlySet<string> = new Set([
  ...requiredFiles,
  'README.txt',
  'certificate.html',
  'certificate.pdf',
  'chronology.html',
  'chronology.pdf',
  'verify.html',
]);
const numberedFile = /^(?:hand-overs\/[0-9]{4}\.note|time-stamps\/[0-9]{4}\.(?:note|tsr)|policies\/[a-z0-9][a-z0-9._-]*\.ya?ml)$/;

export const isKnownFile = (name: string): boolean => optionalFiles.has(name) || numberedFile.test(name);
