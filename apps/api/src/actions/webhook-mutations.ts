import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DeliveryRetries } from '#libs/clocks';
import { deliveryActions, type DeliveryCommand } from '#libs/domain';
import type { StreamOutcome } from '#libs/recorder';
import { DELIVERY_RETRIES } from '#libs/service';
import { RetryWebhookDeliveryInput } from './inputs/webhook.inputs.js';
import { type Acting, mutationsFor } from './mutations-for.js';

/** One command for one delivery of a webhook. */
export class RunDeliveryCommand extends Command<StreamOutcome> {
  constructor(readonly asked: { readonly id: string; readonly command: DeliveryCommand; readonly expectedRevision: number | null } & Acting) {
    super();
  }
}

@CommandHandler(RunDeliveryCommand)
export class RunDeliveryHandler implements ICommandHandler<RunDeliveryCommand> {
  constructor(@Inject(DELIVERY_RETRIES) private readonly retries: DeliveryRetries) {}

  execute({ asked }: RunDeliveryCommand): Promise<StreamOutcome> {
    return this.retries.record({ ...asked, causationId: null });
  }
}

/** One mutation for each action on a delivery. */
export const DeliveryMutations = mutationsFor('DeliveryMutations', deliveryActions, { retryWebhookDelivery: RetryWebhookDeliveryInput }, (type, { messageId, reason, expectedRevision }: RetryWebhookDeliveryInput) => {
  const data = { reason };
  return { data, commandFor: (acting) => new RunDeliveryCommand({ ...acting, id: messageId, command: { type, data }, expectedRevision }) };
});
