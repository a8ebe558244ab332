import { changeEntry, withEntry } from '../kernel/collections.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { AgentId } from '../kernel/ids.js';
import { isBlank, refuseTimecode, refuseUnknownAgents, textOrNull } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import type { PeopleCommands } from './people.commands.js';
import type { peopleEvents } from './people.events.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { Case } from './state.js';
import type { IdentityBasis } from './values.js';

type AgentCommands = Pick<PeopleCommands, 'recordAgent' | 'linkAgentIdentity' | 'unlinkAgentIdentity'>;
type AgentEvents = Pick<typeof peopleEvents, 'AgentRecorded' | 'AgentIdentityLinked' | 'AgentIdentityUnlinked'>;

/** A face match may stand beside another basis; alone it identifies nobody. */
export function isSufficientBasis(bases: readonly IdentityBasis[]): boolean {
  return bases.some((basis) => basis !== 'FACE_MATCH');
}

export const decideAgents: DecideTable<CaseCatalogue, AgentCommands, Case, CaseContext, RefusalCode> = {
  recordAgent: (seen, state, context) => {
    const words = [seen.agencyClaimed, seen.agencyConfirmed, seen.badgeSeen, seen.clothing, seen.markings, seen.role];
    if (words.every(isBlank) && seen.faceCovered === 'UNKNOWN' && seen.timecode === null) {
      return refuse(
        'AGENT_NOT_DESCRIBED',
        'Give at least one thing that describes the agent: agency, badge, face, clothing, markings, role or footage.',
      );
    }
    const outside = refuseTimecode(state, seen.timecode);
    if (outside !== null) return outside;
    return [
      {
        type: 'AgentRecorded',
        data: {
          agent: context.newId<AgentId>('agent'),
          designation: `UA-${state.agents.size + 1}`,
          agencyClaimed: textOrNull(seen.agencyClaimed),
          agencyConfirmed: textOrNull(seen.agencyConfirmed),
          badgeSeen: textOrNull(seen.badgeSeen),
          faceCovered: seen.faceCovered,
          clothing: textOrNull(seen.clothing),
          markings: textOrNull(seen.markings),
          role: textOrNull(seen.role),
          timecode: seen.timecode,
        },
      },
    ];
  },
  linkAgentIdentity: ({ agent, name, agency, badge, bases, basis, confidence }, state) => {
    const unknown = refuseUnknownAgents(state, [agent]);
    if (unknown !== null) return unknown;
    if (isBlank(name))
      return refuse('DETAIL_INCOMPLETE', 'An identity link gives the name.', [{ code: 'NAME', message: 'Give the name.', about: agent }]);
    if (bases.length === 0 || isBlank(basis)) return refuse('NO_BASIS', 'An identity link says on what it rests.');
    if (!isSufficientBasis(bases)) return refuse('NO_BASIS', 'A face match alone is no basis for an identity: name what else it rests on.');
    // The name is sealed, so that nobody here can tell whether it is the same again: it is recorded, and the last link stands.
    return [
      {
        type: 'AgentIdentityLinked',
        data: { agent, name, agency: textOrNull(agency), badge: textOrNull(badge), bases: [...new Set(bases)], basis, confidence },
      },
    ];
  },
  unlinkAgentIdentity: ({ agent, reason }, state) => {
    const unknown = refuseUnknownAgents(state, [agent]);
    if (unknown !== null) return unknown;
    if (state.agents.get(agent)?.identity === null) {
      const unlinkedBefore = state.facts.find((fact) => fact.type === 'AgentIdentityUnlinked' && fact.data.agent === agent);
      return unlinkedBefore === undefined ? refuse('NO_IDENTITY_LINKED', 'No identity is linked to this agent.') : [];
    }
    if (isBlank(reason)) return refuse('NO_REASON', 'Taking an identity link back says why.');
    return [{ type: 'AgentIdentityUnlinked', data: { agent, reason } }];
  },
};

export const evolveAgents: EvolveTable<AgentEvents, Case, Actor> = {
  AgentRecorded: (state, { agent, designation, agencyClaimed, agencyConfirmed, badgeSeen }, meta) => ({
    ...state,
    agents: withEntry(state.agents, agent, {
      id: agent,
      designation,
      event: meta.id,
      agencyClaimed,
      agencyConfirmed,
      badgeSeen,
      identity: null,
    }),
  }),
  AgentIdentityLinked: (state, { agent, name, agency, badge }, meta) => ({
    ...state,
    agents: changeEntry(state.agents, agent, (known) => ({ ...known, identity: { event: meta.id, name, agency, badge } })),
  }),
  AgentIdentityUnlinked: (state, { agent }) => ({
    ...state,
    agents: changeEntry(state.agents, agent, (known) => ({ ...known, identity: null })),
  }),
};
