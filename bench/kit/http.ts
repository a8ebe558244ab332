import { Agent, request } from 'node:http';

/** Connections that stay open; one a client. */
export class HttpClient {
  private readonly agent: Agent;
  private readonly target: URL;

  constructor(
    url: string,
    clients: number,
    private readonly token: string,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.target = new URL(url);
  }

  /** The answer's text. @throws where it is no 200 */
  post(body: string): Promise<string> {
    const bytes = Buffer.from(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        this.target,
        {
          method: 'POST',
          agent: this.agent,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}`, 'content-length': bytes.length },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const text = Buffer.concat(parts).toString();
            if (answer.statusCode === 200) resolve(text);
            else reject(new Error(`${answer.statusCode}: ${text.slice(0, 500)}`));
          });
        },
      );
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
