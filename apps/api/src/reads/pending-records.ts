import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { GraphqlContext } from '../auth/viewer-context.js';

/** The records of one request's reads: each is begun when its field is read, and all are waited for together, before the answer leaves. */
export class PendingRecords {
  private begun: Promise<void>[] = [];

  add(recorded: Promise<void>): void {
    // Thrown by `settled`, where the answer can be withheld.
    recorded.catch(() => undefined);
    this.begun.push(recorded);
  }

  /** @throws ReadNotRecordable where one of them could not be kept */
  async settled(): Promise<void> {
    await Promise.all(this.begun);
  }
}

/** Withholds the whole answer of a request until every read in it is durably recorded; where one can't be, nothing of it is given out. */
export function answersWait(format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError): ApolloServerPlugin<GraphqlContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        async willSendResponse({ contextValue, response }) {
          try {
            await contextValue.records?.settled();
          } catch (cause) {
            response.body = { kind: 'single', singleResult: { data: null, errors: [format({ message: 'The reads could not be recorded.' }, cause)] } };
          }
        },
      }),
  };
}
