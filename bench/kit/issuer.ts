import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const algorithm = 'EdDSA';
const keyId = 'bench';
const audience = 'caseledger';

/** An OpenID issuer for this run alone: product and peers verify the same tokens against the same key set. */
export class BenchIssuer {
  private constructor(
    private readonly server: Server,
    private readonly key: CryptoKey,
    readonly url: string,
  ) {}

  static async start(): Promise<BenchIssuer> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: algorithm, use: 'sig', kid: keyId }] });
    const server = createServer((_request, answer) => answer.setHeader('content-type', 'application/json').end(keys));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server's address is an object.
    return new BenchIssuer(server, privateKey, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** What a server needs to accept this run's tokens. */
  get env(): Readonly<Record<string, string>> {
    return { OIDC_ISSUER: this.url, OIDC_JWKS_URL: `${this.url}/keys`, OIDC_AUDIENCE: audience };
  }

  token(actor: string, ...roles: string[]): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ roles, unit: 'bench-unit', auth_time: now })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: keyId })
      .setIssuer(this.url)
      .setAudience(audience)
      .setSubject(actor)
      .setIssuedAt(now)
      .setExpirationTime('6h')
      .sign(this.key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
