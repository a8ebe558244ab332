import type { NestFastifyApplication } from '@nestjs/platform-fastify';
export async function seedSampleCase(_app: NestFastifyApplication): Promise<string | null> { return null; }
