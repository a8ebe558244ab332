import type { PipeTransform, Type } from '@nestjs/common';
import { badInput } from './bad-input.js';
import { readInput } from './inputs/input-reader.js';

/** Turns what GraphQL coerced into the input of one class. @throws GraphQLError BAD_INPUT that names each bad field */
export class InputPipe<I extends object> implements PipeTransform<unknown, I> {
  constructor(private readonly input: Type<I>) {}

  transform(given: unknown): I {
    const reading = readInput(this.input, given);
    if (reading.kind === 'BAD') throw badInput(reading.fields);
    return reading.input;
  }
}
