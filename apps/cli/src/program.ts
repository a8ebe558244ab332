import { Client, developmentToken } from './client.js';

export interface GlobalOptions {
  readonly url: string;
  readonly token?: string;
  readonly json: boolean;
}

/** A client for a role: with the given token, or in development with a demonstration one. */
export async function clientFor({ url, token }: GlobalOptions, role: string, user?: string): Promise<Client> {
  return new Client(url, token ?? (await developmentToken(url, role, user)));
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}
