import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Client } from './client.js';
import { exitCodes, Stop } from './exit-codes.js';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function answering(...answers: readonly (readonly [status: number, body: string])[]): Promise<Client> {
  const left = [...answers];
  server = createServer((_, response) => {
    const [status, body] = left.shift() ?? [500, ''];
    response.writeHead(status, { connection: 'close' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'a token');
}

describe('the program against what is not the service', () => {
  test.each([
    [404, '{"message":"Cannot POST /","error":"Not Found","statusCode":404}'],
    [200, '<!doctype html><title>Welcome</title>'],
    [200, 'null'],
  ])('says that an answer %d %s is no GraphQL, and what an endpoint looks like', async (status, body) => {
    const client = await answering([status, body]);
    const refused = await client.ask('{ __typename }').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Stop);
    expect(refused).toMatchObject({ code: exitCodes.usage, message: expect.stringContaining('/graphql') });
  });

  test('asks again after an error page of what stands before the service', async () => {
    const client = await answering([502, '<h1>Bad gateway</h1>'], [200, '{"data":{"answer":1}}']);
    expect(await client.ask('{ answer }')).toEqual({ answer: 1 });
  });
});
