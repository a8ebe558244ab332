import { InputType } from '@nestjs/graphql';
import { ActionInput } from './command.inputs.js';
import { Paragraph, Uuid } from './fields.js';

@InputType({ description: 'Sending a dead delivery again.' })
export class RetryWebhookDeliveryInput extends ActionInput {
  @Uuid('The delivery, by the id of its message.')
  messageId!: string;

  @Paragraph('Why, for who reads the record. It is stored in clear: name no person and no case in it.')
  reason!: string;
}
