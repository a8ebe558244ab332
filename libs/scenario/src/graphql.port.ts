import type { Answer, CaseThings, Player, ScenarioPort } from './port.js';

/** Asks one GraphQL operation as this player. */
export type Ask = <Data>(as: Player, query: string, variables: object) => Promise<Data>;

interface ActionResult {
  readonly __typename: 'Recorded' | 'Refused' | 'Conflict';
  readonly caseId: string;
  readonly caseNumber: string | null;
  readonly revision: number;
  readonly position: string | null;
  readonly code: string;
  readonly message: string;
  readonly gaps: readonly { readonly message: string }[];
}

const look = /* GraphQL */ `
  query ($caseId: UUID!) {
    case(caseId: $caseId) {
      stage
      revision
      agents { id }
      persons { id }
      statements { id event }
      footage { id }
      violations { id }
      referrals { id }
      outsideContacts { id }
      federalSupervisor { identified { event } }
    }
  }
`;

/** The mutation of an action, by its name: input types are named after their actions. */
function mutationOf(action: string): string {
  return `mutation ($input: ${action.charAt(0).toUpperCase()}${action.slice(1)}Input!) {
    answer: ${action}(input: $input) {
      __typename
      ... on Recorded { caseId caseNumber revision position }
      ... on Refused { code message gaps { message } }
      ... on Conflict { message }
    }
  }`;
}

export function graphqlScenarioPort(ask: Ask): ScenarioPort {
  return {
    async act(as, action, input): Promise<Answer> {
      const { answer } = await ask<{ answer: ActionResult }>(as, mutationOf(action), { input });
      if (answer.__typename === 'Recorded') return { kind: 'RECORDED', ...answer };
      return { kind: 'REFUSED', code: answer.code ?? 'CONFLICT', message: answer.message, gaps: (answer.gaps ?? []).map((gap) => gap.message) };
    },
    async look(as, caseId): Promise<CaseThings> {
      const found = await ask<{ case: CaseThings | null }>(as, look, { caseId });
      if (found.case === null) throw new Error(`the case ${caseId} is not shown to ${as.user}`);
      return found.case;
    },
  };
}
