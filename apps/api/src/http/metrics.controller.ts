import { Controller, ForbiddenException, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#libs/config';
import { CONFIG, type Telemetry, TELEMETRY } from '#libs/service';
import { mayScrape } from '#libs/telemetry';

/** What Prometheus scrapes: to this machine alone, or to who brings the token. */
@Controller()
export class MetricsController {
  constructor(
    @Inject(TELEMETRY) private readonly telemetry: Telemetry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('metrics')
  async metrics(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!mayScrape(request, this.config)) throw new ForbiddenException();
    const { contentType, text } = await this.telemetry.metrics.scrape();
    void reply.header('content-type', contentType).header('cache-control', 'no-store');
    return text;
  }
}
