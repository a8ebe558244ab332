import { InputType } from '@nestjs/graphql';
import { ActionInput } from './command.inputs.js';
import { Narrative, Paragraph } from './fields.js';

@InputType({ description: 'The next version of the policy.' })
export class AdoptPolicyInput extends ActionInput {
  @Narrative('The policy file as it stands, in YAML, with the citation, source and `verifiedOn` of every rule. Its SHA-256 is recorded with it.')
  file!: string;

  @Paragraph('On what ground it is adopted, for who reads the record. It is stored in clear: name no person in it.')
  reason!: string;
}
