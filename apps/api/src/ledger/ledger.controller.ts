import { BadRequestException, Body, Controller, Get, Header, HttpCode, Inject, NotFoundException, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LedgerService } from '#libs/ledger-feed';

const prefix = '/ledger/';
/** A full tile never changes; a partial one is another path once it grows. */
const immutable = 'public, max-age=31536000, immutable';

/**
 * The ledger for everybody, as static files could serve it (C2SP tlog-tiles): hashes, never content. Open, so that witnesses and mirrors need
 * no account.
 */
@Controller()
export class LedgerController {
  constructor(@Inject(LedgerService) private readonly ledger: LedgerService) {}

  @Get('ledger/checkpoint')
  @Header('cache-control', 'no-cache')
  @Header('content-type', 'text/plain; charset=utf-8')
  async checkpoint(): Promise<string> {
    const last = await this.ledger.latestCheckpoint();
    if (last === null) throw new NotFoundException('Nothing has been signed yet.');
    return last.note;
  }

  @Get('ledger/tile/*')
  async tile(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const path = (request.url.split('?')[0] ?? '').slice(prefix.length);
    const bytes = await this.ledger.readTile(path);
    if (bytes === null) throw new NotFoundException('There is no such tile.');
    void reply.header('cache-control', immutable).type('application/octet-stream');
    return Buffer.from(bytes);
  }

  /** Witnesses bring their cosignatures: one of our checkpoints with their lines. */
  @Post('ledger/cosignatures')
  @HttpCode(200)
  async cosignatures(@Body() body: { readonly note?: unknown }): Promise<{ readonly size: number; readonly witnesses: readonly string[] }> {
    if (typeof body?.note !== 'string') throw new BadRequestException('Send { "note": … }.');
    const answer = await this.ledger.addCosignature(body.note);
    if (answer.kind === 'REFUSED') throw new BadRequestException(`${answer.code}: ${answer.message}`);
    return { size: answer.size, witnesses: answer.witnesses };
  }

  /** What a witness asks for after a rotation: the same under the log's own address. */
  @Get('ledger/keys')
  keysOfLog(): ReturnType<LedgerService['wellKnown']> {
    return this.ledger.wellKnown();
  }

  @Get('.well-known/caseledger-ledger.json')
  keys(): ReturnType<LedgerService['wellKnown']> {
    return this.ledger.wellKnown();
  }
}
