import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HEALTH, type Health } from '#libs/service';

/** For the orchestrator: is the process there (`/health`), and may it be given work (`/ready`)? Open to all, says nothing of content. */
@Controller()
export class HealthController {
  constructor(@Inject(HEALTH) private readonly health: Health) {}

  @Get('health')
  alive(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ readonly status: 'ready' | 'not ready' } & Omit<Awaited<ReturnType<Health['check']>>, 'ready'>> {
    const { ready, ...rest } = await this.health.check();
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'not ready', ...rest };
  }
}
