import { hash, randomBytes } from 'node:crypto';
import { Integer, OctetString } from 'asn1js';
import { AlgorithmIdentifier, Certificate, ExtKeyUsage, MessageImprint, SignedData, TimeStampReq, TimeStampResp, TSTInfo } from 'pkijs';
import type { TimeStamper } from './port.js';

export interface Rfc3161Options {
  /** The authority's address; its host names it in the records. */
  readonly url: string;
  /** PEM: the certificates that its chain must end in. */
  readonly trustedCertificates: string;
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
}

const limits = {
  requestMsMax: 10_000,
  answerBytesMax: 256 * 1024,
  nonceBytes: 16,
  /** The authority's clock may differ from ours by this much. A token from elsewhere in time is a replay or a clock gone wrong. */
  clockMsMax: 5 * 60_000,
} as const;

const sha256Oid = '2.16.840.1.101.3.4.2.1';
/** id-kp-timeStamping, RFC 3161 section 2.3: the signer's only purpose. */
const timeStampingOid = '1.3.6.1.5.5.7.3.8';
const extendedKeyUsageOid = '2.5.29.37';
const granted: readonly number[] = [0, 1];

/** The authority did not answer, or its answer is no proper time stamp. */
export class TimeStampRefused extends Error {
  override readonly name = 'TimeStampRefused';
}

/** A time-stamp authority by RFC 3161 over HTTP. Every token is verified before it is kept: imprint, nonce, time, signature and chain. */
export class Rfc3161TimeStamper implements TimeStamper {
  readonly authority: string;
  private readonly trusted: Certificate[];

  /** @throws TimeStampRefused for certificates that can't be read */
  constructor(private readonly options: Rfc3161Options) {
    this.authority = new URL(options.url).host;
    this.trusted = certificatesIn(options.trustedCertificates);
  }

  /** @throws TimeStampRefused */
  async stamp(text: string): Promise<{ readonly token: Uint8Array; readonly at: Date }> {
    const bytes = Buffer.from(text, 'utf8');
    const asked = { bytes, imprint: hash('sha256', bytes, 'buffer'), nonce: nonce() };
    const { timeStampToken } = await this.ask(asked);
    if (timeStampToken === undefined) throw new TimeStampRefused(`${this.authority} answered without a token`);
    const signed = new SignedData({ schema: timeStampToken.content });
    const at = checkInfo(infoOf(signed), asked, this.options.now?.() ?? new Date());
    await this.checkSignature(signed, bytes, at);
    return { token: new Uint8Array(timeStampToken.toSchema().toBER()), at };
  }

  private async ask({ imprint, nonce: nonceBytes }: Asked): Promise<TimeStampResp> {
    const request = new TimeStampReq({
      version: 1,
      messageImprint: new MessageImprint({ hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256Oid }), hashedMessage: new OctetString({ valueHex: bufferOf(imprint) }) }),
      nonce: new Integer({ valueHex: bufferOf(nonceBytes) }),
      certReq: true,
    });
    const answer = await this.post(new Uint8Array(request.toSchema().toBER()));
    let response: TimeStampResp;
    try {
      response = TimeStampResp.fromBER(bufferOf(answer));
    } catch (cause) {
      throw new TimeStampRefused(`${this.authority} answered what is no time-stamp response`, { cause });
    }
    if (!granted.includes(response.status.status)) throw new TimeStampRefused(`${this.authority} granted no time stamp (status ${response.status.status})`);
    return response;
  }

  private async post(body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    try {
      const headers = { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' };
      const answer = await (this.options.fetch ?? fetch)(this.options.url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(limits.requestMsMax) });
      if (!answer.ok) throw new TimeStampRefused(`${this.authority} answered ${answer.status}`);
      return await readAtMost(answer);
    } catch (cause) {
      throw cause instanceof TimeStampRefused ? cause : new TimeStampRefused(`${this.authority} can't be reached`, { cause });
    }
  }

  private async checkSignature(signed: SignedData, data: Uint8Array, at: Date): Promise<void> {
    const result = await signed
      .verify({ signer: 0, data: bufferOf(data), trustedCerts: this.trusted, checkChain: true, checkDate: at, extendedMode: true })
      .catch((cause: unknown) => {
        throw new TimeStampRefused(`the token of ${this.authority} does not verify: ${messageOf(cause)}`, { cause });
      });
    const { signatureVerified, signerCertificateVerified, signerCertificate } = result;
    if (signatureVerified !== true || signerCertificateVerified !== true) throw new TimeStampRefused(`the token of ${this.authority} does not verify`);
    const usage = signerCertificate?.extensions?.find(({ extnID }) => extnID === extendedKeyUsageOid);
    const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
    if (usage?.critical !== true || purposes.length !== 1 || purposes[0] !== timeStampingOid) throw new TimeStampRefused(`the signer at ${this.authority} is not certified for time stamping alone`);
  }
}

interface Asked {
  readonly imprint: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Positive, and of its full length: DER integers are signed and have no leading zeros. */
function nonce(): Uint8Array {
  const bytes = randomBytes(limits.nonceBytes);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function infoOf(signed: SignedData): TSTInfo {
  const content = signed.encapContentInfo.eContent?.getValue();
  try {
    if (content === undefined) throw new TypeError('no content');
    return TSTInfo.fromBER(content);
  } catch (cause) {
    throw new TimeStampRefused('the token holds no time-stamp information', { cause });
  }
}

function checkInfo({ messageImprint, nonce: said, genTime }: TSTInfo, asked: Asked, now: Date): Date {
  const same = (part: ArrayBuffer | undefined, ours: Uint8Array): boolean => part !== undefined && Buffer.from(part).equals(ours);
  if (messageImprint.hashAlgorithm.algorithmId !== sha256Oid || !same(messageImprint.hashedMessage.getValue(), asked.imprint)) throw new TimeStampRefused('the token stamps something else');
  if (!same(said?.valueBlock.valueHexView.slice().buffer, asked.nonce)) throw new TimeStampRefused('the token answers another request');
  if (Math.abs(genTime.getTime() - now.getTime()) > limits.clockMsMax) throw new TimeStampRefused(`the token’s time ${genTime.toISOString()} is too far from ours`);
  return genTime;
}

async function readAtMost(answer: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > limits.answerBytesMax) throw new TimeStampRefused('the answer is larger than any time stamp');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function certificatesIn(pem: string): Certificate[] {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) throw new TimeStampRefused('there is no certificate to trust');
  try {
    return blocks.map(([, base64]) => Certificate.fromBER(bufferOf(Buffer.from(base64 ?? '', 'base64'))));
  } catch (cause) {
    throw new TimeStampRefused('a certificate can’t be read', { cause });
  }
}

/** pkijs takes whole array buffers. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

const messageOf = (error: unknown): string => (error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error) ? String(error.message) : String(error));
