import type { DecideTable, EvolveTable, Gap } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import { isBlank, refuseFuture, refuseTimecode, refuseUnknownAgents, textOrNull } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { allowingRoles } from './guards.js';
import type { PeopleCommands } from './people.commands.js';
import type { peopleEvents } from './people.events.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { Case } from './state.js';

type Commands = Pick<PeopleCommands, 'attemptFederalSupervisorIdentification' | 'identifyFederalSupervisor' | 'confirmFederalSupervisor'>;
type Events = Pick<
  typeof peopleEvents,
  'FederalSupervisorIdentificationAttempted' | 'FederalSupervisorIdentified' | 'FederalSupervisorConfirmed'
>;

/** The *federal* supervisory officer on scene: who tried to identify them, who they are said to be, and who confirmed it. */
export const decideFederalSupervisor: DecideTable<CaseCatalogue, Commands, Case, CaseContext, RefusalCode> = {
  attemptFederalSupervisorIdentification: (attempt, state, { actor, now }) => {
    const { outcome, agent, timecode } = attempt;
    const noOfficer = outcome === 'NO_OFFICER_ON_SCENE';
    const roles = allowingRoles('attemptFederalSupervisorIdentification', actor);
    if (!noOfficer && roles.every((role) => role === 'INTAKE')) {
      return refuse(
        'ROLE_NOT_ALLOWED',
        'INTAKE records only that no officer was on scene; an attempt is recorded by an OFFICER or INVESTIGATOR.',
      );
    }
    // Declining is a complete, valid outcome; but how it was tried has to be said.
    if (!noOfficer && isBlank(attempt.method)) return refuse('NO_METHOD', 'Say how the identification was attempted.');
    const attemptedAt = attempt.attemptedAt ?? now;
    const refusal =
      refuseUnknownAgents(state, agent === null ? [] : [agent]) ??
      refuseTimecode(state, timecode) ??
      refuseFuture(now, { 'The attempt': attemptedAt });
    if (refusal !== null) return refusal;
    const method = textOrNull(attempt.method);
    const wordsUsed = textOrNull(attempt.wordsUsed);
    return [{ type: 'FederalSupervisorIdentificationAttempted', data: { outcome, method, wordsUsed, agent, attemptedAt, timecode } }];
  },
  identifyFederalSupervisor: ({ name, agency, badge, agent, method, confidence, timecode }, state) => {
    const gaps: Gap[] = [];
    if (isBlank(name)) gaps.push({ code: 'NAME', message: 'Give the name.', about: null });
    if (isBlank(agency)) gaps.push({ code: 'AGENCY', message: 'Give the agency.', about: null });
    if (gaps.length > 0) return refuse('DETAIL_INCOMPLETE', 'An identification gives the name and the agency.', gaps);
    if (isBlank(method)) return refuse('NO_METHOD', 'Say how the federal supervisor was identified.');
    const unknown = refuseUnknownAgents(state, agent === null ? [] : [agent]) ?? refuseTimecode(state, timecode);
    if (unknown !== null) return unknown;
    return [{ type: 'FederalSupervisorIdentified', data: { name, agency, badge: textOrNull(badge), agent, method, confidence, timecode } }];
  },
  confirmFederalSupervisor: ({ identification, basis }, state, { actor }) => {
    const identified = state.federalSupervisor.identified.find((known) => known.event === identification);
    if (identified === undefined) return refuse('NOBODY_IDENTIFIED', 'Nobody is identified as the federal supervisor by that event.');
    if (identified.by === actor.actor)
      return refuse('CONFIRMER_IDENTIFIED', 'An identification is confirmed by another person than the one who made it.');
    if (isBlank(basis)) return refuse('NO_BASIS', 'A confirmation says on what it rests.');
    const confirmedBefore = state.federalSupervisor.confirmed.some(
      (known) => known.identification === identification && known.by === actor.actor,
    );
    if (confirmedBefore) return [];
    return [{ type: 'FederalSupervisorConfirmed', data: { identification, basis } }];
  },
};

export const evolveFederalSupervisor: EvolveTable<Events, Case, Actor> = {
  FederalSupervisorIdentificationAttempted: (state, { outcome, attemptedAt }, meta) => {
    const attempt = { event: meta.id, outcome, by: meta.by.actor, at: attemptedAt };
    return { ...state, federalSupervisor: { ...state.federalSupervisor, attempts: [...state.federalSupervisor.attempts, attempt] } };
  },
  FederalSupervisorIdentified: (state, { name, agency }, meta) => {
    const identified = { event: meta.id, by: meta.by.actor, name, agency };
    return { ...state, federalSupervisor: { ...state.federalSupervisor, identified: [...state.federalSupervisor.identified, identified] } };
  },
  FederalSupervisorConfirmed: (state, { identification }, meta) => {
    const confirmed = { event: meta.id, identification, by: meta.by.actor };
    return { ...state, federalSupervisor: { ...state.federalSupervisor, confirmed: [...state.federalSupervisor.confirmed, confirmed] } };
  },
};
