import type { Confidence, EventId, IdentityBasis, Instant, PersonIdentity, PersonRole, Sealed, Timecode, UserId, YesNoUnknown } from '#libs/domain';
import { bigint, defineTable, flag, instant, integer, json, orNull, text, texts, uuid } from '../engine/columns.js';
import { change, defineProjection, put } from '../engine/projection.js';

export interface AgentIdentity {
  readonly event: EventId;
  readonly name: Sealed<string>;
  readonly agency: string | null;
  readonly badge: string | null;
  readonly bases: readonly IdentityBasis[];
  readonly basis: string;
  readonly confidence: Confidence;
  readonly by: UserId;
  readonly at: Instant;
}

const agent = defineTable({
  columns: {
    case_id: uuid(),
    agent_id: text(),
    event_id: text<EventId>(),
    position: bigint(),
    /** Stays, whatever is learnt later. */
    designation: text(),
    agency_claimed: orNull(text()),
    agency_confirmed: orNull(text()),
    badge_seen: orNull(text()),
    face_covered: text<YesNoUnknown>(),
    clothing: orNull(text()),
    markings: orNull(text()),
    role: orNull(text()),
    timecode: orNull(json<Timecode>()),
    /** The link that stands; null: unidentified. */
    identity: orNull(json<AgentIdentity>()),
    identified: flag(),
    violation_count: integer(),
    recorded_by: text<UserId>(),
    recorded_at: instant(),
  },
  id: 'agent_id',
  indexes: ['(recorded_at, agent_id)', '(agency_claimed, recorded_at, agent_id) WHERE agency_claimed IS NOT NULL', '(agent_id)'],
});

/** Persons who are, or say they are, federal agents. */
export const agentProjection = defineProjection({
  name: 'agent',
  version: 1,
  tables: { agent },
  fold: {
    AgentRecorded: (rows, data, at) =>
      put(rows, 'agent', data.agent, {
        case_id: at.caseId,
        agent_id: data.agent,
        event_id: at.id,
        position: at.position,
        designation: data.designation,
        agency_claimed: data.agencyClaimed,
        agency_confirmed: data.agencyConfirmed,
        badge_seen: data.badgeSeen,
        face_covered: data.faceCovered,
        clothing: data.clothing,
        markings: data.markings,
        role: data.role,
        timecode: data.timecode,
        identity: null,
        identified: false,
        violation_count: 0,
        recorded_by: at.by.actor,
        recorded_at: at.recordedAt,
      }),
    AgentIdentityLinked: (rows, { agent: id, name, agency, badge, bases, basis, confidence }, at) => {
      const identity = { event: at.id, name, agency, badge, bases, basis, confidence, by: at.by.actor, at: at.recordedAt };
      return change(rows, 'agent', id, { identity, identified: true });
    },
    AgentIdentityUnlinked: (rows, { agent: id }) => change(rows, 'agent', id, { identity: null, identified: false }),
    /** Alleged of the agent, withdrawn or not. */
    ViolationAlleged: (rows, { agents }) =>
      agents.reduce((changed, id) => change(changed, 'agent', id, (row) => ({ violation_count: row.violation_count + 1 })), rows),
  },
});

const person = defineTable({
  columns: {
    case_id: uuid(),
    person_id: text(),
    event_id: text<EventId>(),
    position: bigint(),
    designation: orNull(text()),
    roles: texts<PersonRole>(),
    identity: text<PersonIdentity>(),
    minor: text<YesNoUnknown>(),
    contact_declined: flag(),
    name: orNull(json<Sealed<string>>()),
    contact: orNull(json<Sealed<string>>()),
    /** Of the voluntary ones: a compelled statement is walled off. */
    statement_count: integer(),
    told_at: orNull(instant()),
    recorded_by: text<UserId>(),
    recorded_at: instant(),
  },
  id: 'person_id',
  indexes: ['(recorded_at, person_id)', '(person_id)'],
});

/** Affected persons, witnesses and complainants; nothing that names them is in plain text. */
export const personProjection = defineProjection({
  name: 'person',
  version: 1,
  tables: { person },
  fold: {
    PersonRecorded: (rows, data, at) => {
      const known = rows.person.get(data.person);
      return put(rows, 'person', data.person, {
        case_id: at.caseId,
        person_id: data.person,
        event_id: at.id,
        position: at.position,
        designation: data.designation ?? known?.designation ?? null,
        roles: data.roles,
        identity: data.identity,
        minor: data.minor,
        contact_declined: data.contactDeclined,
        name: data.name,
        contact: data.contact,
        statement_count: known?.statement_count ?? 0,
        told_at: known?.told_at ?? null,
        recorded_by: known?.recorded_by ?? at.by.actor,
        recorded_at: known?.recorded_at ?? at.recordedAt,
      });
    },
    StatementTaken: (rows, { giver, voluntariness }) =>
      giver.kind === 'PERSON' && voluntariness === 'VOLUNTARY'
        ? change(rows, 'person', giver.person, (row) => ({ statement_count: row.statement_count + 1 }))
        : rows,
    ComplainantNotified: (rows, { person: id, toldAt }) => change(rows, 'person', id, { told_at: toldAt }),
  },
});
