import type { Pool } from 'pg';
import { type DeliveryCommand, type DeliveryFacts, deliveryStreamOf } from '#libs/domain';
import { type StreamOutcome, StreamRecorder, type StreamRecorderOptions, type StreamRequest } from '#libs/recorder';

export interface RetryOptions extends StreamRecorderOptions {
  readonly pool: Pool;
}

/**
 * Dead deliveries that an administrator has sent again: first on record, then carried out on the row. A process that ends in between leaves a retry
 * on record that is carried out when the command is sent again, or another one for the same delivery; each is carried out once.
 */
export class DeliveryRetries {
  constructor(private readonly options: RetryOptions) {}

  /** The request's id is that of the delivery. @throws EventStoreUnavailable, and what the database throws: retryable with the same command id */
  async record(request: StreamRequest<DeliveryCommand>): Promise<StreamOutcome> {
    const recorder = new StreamRecorder(deliveryStreamOf(await this.factsOf(request.id)), this.options);
    const outcome = await recorder.record(request);
    if (outcome.kind === 'RECORDED') {
      const { state } = await recorder.load(request.id);
      await this.carryOut(request.id, state.retries);
    }
    return outcome;
  }

  private async factsOf(id: string): Promise<DeliveryFacts | null> {
    const { rows } = await this.options.pool.query<{ endpoint: string; state: string; attempts: number; last_status: number | null; retries: number }>(
      'SELECT endpoint, state, attempts, last_status, retries FROM webhook_delivery WHERE delivery_id = $1',
      [id],
    );
    const [row] = rows;
    if (row === undefined) return null;
    const { endpoint, state, attempts, last_status: lastStatus, retries } = row;
    return { endpoint, isDead: state === 'DEAD', attempts, lastStatus, retries };
  }

  private async carryOut(id: string, retry: number): Promise<void> {
    await this.options.pool.query("UPDATE webhook_delivery SET state = 'PENDING', attempts = 0, retries = $2, next_at = $3, settled_at = NULL WHERE delivery_id = $1 AND state = 'DEAD' AND retries < $2", [
      id,
      retry,
      (this.options.now ?? (() => new Date()))(),
    ]);
  }
}
