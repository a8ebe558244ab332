import { InputType } from '@nestjs/graphql';
import type { UserId } from '#libs/domain';
import { ActionInput } from './command.inputs.js';
import { Paragraph, User } from './fields.js';

@InputType({ isAbstract: true })
export abstract class UserActionInput extends ActionInput {
  @User('The user, by the subject of their token.')
  user!: UserId;

  @Paragraph('Why, for who reads the record. It is stored in clear: name nobody else in it.')
  reason!: string;
}

@InputType({ description: 'Taking away all access of a user.' })
export class DisableUserInput extends UserActionInput {}

@InputType({ description: 'Giving a disabled user their access back.' })
export class EnableUserInput extends UserActionInput {}
