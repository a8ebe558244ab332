import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** A UUID is as long as a trace id, and is one: whoever knows the correlation id of an answer, an event or a log line finds its trace. */
export const traceIdOf = (correlationId: string): string => correlationId.replaceAll('-', '');

/**
 * The last half of a command's id. So a feed, in any process and at any later time, knows the span of the command that recorded an event, and no trace context
 * has to be stored in events that are kept for decades.
 */
export const spanIdOf = (commandId: string): string => commandId.replaceAll('-', '').slice(16);

/** Ids at random, but for the one span whose ids are asked for. Starting a span is synchronous: nothing comes between. */
export class ChosenIds implements IdGenerator {
  private chosen: { readonly traceId?: string; readonly spanId?: string } = {};

  /** For the span that `start` starts. */
  with<T>(chosen: { readonly traceId?: string; readonly spanId?: string }, start: () => T): T {
    this.chosen = chosen;
    try {
      return start();
    } finally {
      this.chosen = {};
    }
  }

  generateTraceId(): string {
    return this.chosen.traceId ?? randomBytes(16).toString('hex');
  }

  generateSpanId(): string {
    return this.chosen.spanId ?? randomBytes(8).toString('hex');
  }
}
