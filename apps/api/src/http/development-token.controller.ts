import { BadRequestException, Controller, Get, Inject, NotFoundException, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { demonstrationActor, demonstrationUnit, type DevelopmentIssuer } from '#libs/access';
import { type Config } from '#libs/config';
import { roles } from '#libs/domain';
import { CONFIG } from '#libs/service';
import { isOfThisMachine } from '#libs/telemetry';
import { DEVELOPMENT_ISSUER } from '../auth/access.module.js';

const userForm = /^[a-z0-9-]{1,60}$/;

/**
 * Demonstration tokens for programs on this machine, so that the command-line program needs no set-up. Where a real issuer is configured, and so
 * always in production, there is no such path.
 */
@Controller('development')
export class DevelopmentTokenController {
  constructor(
    @Inject(DEVELOPMENT_ISSUER) private readonly issuer: DevelopmentIssuer | null,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('token')
  async token(@Req() request: FastifyRequest, @Query('role') role: string, @Query('user') user?: string): Promise<{ readonly token: string }> {
    if (this.issuer === null || !isOfThisMachine(request, this.config)) throw new NotFoundException();
    const known = roles.find((one) => one === role && one !== 'SYSTEM');
    if (known === undefined) throw new BadRequestException('There is no such role.');
    if (user !== undefined && !userForm.test(user)) throw new BadRequestException('A user is named in lower case, digits and hyphens.');
    return { token: await this.issuer.token(user ?? demonstrationActor(known), [known], demonstrationUnit, this.config.audience) };
  }
}
