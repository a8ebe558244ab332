import { changeEntry, withEntry, withMembers } from '../kernel/collections.js';
import type { DecideTable, Decision, EvolveTable } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { PreservationId, ReportId, UserId } from '../kernel/ids.js';
import type { Instant, OccurredAt, TimeMark } from '../kernel/time.types.js';
import { resolveWhen, type WhenProblem, type WhenResult } from '../kernel/when.js';
import { isBlank, refuseFuture, textOrNull } from './checks.js';
import type { CaseCommands } from './commands.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue, CaseEventData, NewCaseEvent } from './events.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { ReportCommands } from './report.commands.js';
import type { reportEvents } from './report.events.js';
import type { Case, CaseState } from './state.js';
import type { OfficerPresent } from './values.js';

type ReportFiled = CaseEventData<'ReportFiled'>;

/** A preservation request by policy reaches this far before and after what the report knows of the time. */
export const preservationMarginMs = 60 * 60_000;
/** Where nothing but the time of the report is known: the incident lay before it, and within this. */
export const preservationLookbackMs = 24 * 60 * 60_000;

/** Files a report: the first opens the case, a further one is another person's account, or a further row of an import. */
export function fileReport(
  command: CaseCommands['fileReport'],
  state: CaseState,
  context: CaseContext,
): Decision<CaseCatalogue, RefusalCode> {
  if (state.exists && command.target === 'NEW') {
    return refuse('CASE_EXISTS', `The case ${state.number} is there already: name it to add a report to it.`);
  }
  const time = resolveWhen(command.occurredAt, command.origin === 'IMPORTED' ? 'SPAN' : 'REFUSE');
  if (time.kind === 'PROBLEM') return refuseTime(time.problem);
  const reportedAt = command.reportedAt ?? context.now;
  const { earliest } = time.when;
  const future = refuseFuture(context.now, {
    'The incident': earliest,
    'The report to the city': reportedAt,
    'Arrival on scene': command.onSceneAt,
  });
  if (future !== null) return future;
  const missing = refuseMissing(command);
  if (missing !== null) return missing;
  const filed = reportFiled(
    command,
    time,
    reportedAt,
    context.newId<ReportId>('report'),
    state.exists ? null : context.elsewhere.caseNumber,
  );
  const preservation = preservationByPolicy(filed, context);
  return [{ type: 'ReportFiled', data: filed }, ...(preservation === null ? [] : [preservation])];
}

function refuseTime(problem: WhenProblem): CaseRefusal {
  if (problem.kind !== 'AMBIGUOUS') return refuse('TIME_IMPOSSIBLE', problem.message);
  const offered = problem.offsets.map((offset) => ({ code: 'OFFSET', message: `The occurrence at ${offset}.`, about: offset }));
  return refuse('TIME_AMBIGUOUS', problem.message, offered);
}

function refuseMissing(command: CaseCommands['fileReport']): CaseRefusal | null {
  if (isBlank(command.narrative) && isBlank(command.category?.text) && isBlank(command.category?.code)) {
    return refuse('NOTHING_REPORTED', 'A report needs a narrative, or at least the category of what is reported.');
  }
  if (command.origin === 'IMPORTED' && command.source === null) {
    return refuse('NO_SOURCE', 'An imported report names the system, the reference and the row that it comes from.');
  }
  return null;
}

function reportFiled(
  command: CaseCommands['fileReport'],
  time: Extract<WhenResult, { readonly kind: 'OK' }>,
  reportedAt: Instant,
  report: ReportId,
  caseNumber: string | null,
): ReportFiled {
  return {
    report,
    caseNumber,
    origin: command.origin,
    source: command.source,
    incident: command.incident,
    occurredAt: time.when,
    reportedAt,
    timeMarks: [...timeMarks(time.when, reportedAt, command.onSceneAt), ...time.marks],
    place: command.place,
    address: textOrNull(command.address),
    category: command.category,
    narrative: textOrNull(command.narrative),
    onSceneAt: command.onSceneAt,
    unit: textOrNull(command.unit),
    camera: textOrNull(command.camera),
    officersPresent: command.officersPresent,
    injuries: command.injuries,
    footageViewed: command.footageViewed,
  };
}

/** An order of times that can't be is kept and marked, never dropped. Said of what was recorded; corrected times are marked anew. */
export function timeMarks(occurredAt: OccurredAt, reportedAt: Instant, onSceneAt: Instant | null): readonly TimeMark[] {
  const { earliest } = occurredAt;
  if (earliest === null) return [];
  const marks: TimeMark[] = [];
  if (earliest > reportedAt) marks.push('OCCURRED_AFTER_REPORTED');
  if (onSceneAt !== null && onSceneAt < earliest) marks.push('ON_SCENE_BEFORE_OCCURRED');
  return marks;
}

/** The officers whom a report puts on scene: those it names, and an officer who says when they themselves arrived. */
function onScene(report: Pick<ReportFiled, 'origin' | 'onSceneAt' | 'officersPresent'>, author: UserId): readonly UserId[] {
  const named = report.officersPresent.map((present: OfficerPresent) => present.officer);
  const arrived = report.origin === 'OFFICER' && report.onSceneAt !== null;
  return [...new Set(arrived ? [author, ...named] : named)];
}

/** Whoever reports a camera or an officer on scene thereby asks for the recordings. An import asks for nothing by itself. */
function preservationByPolicy(report: ReportFiled, context: CaseContext): NewCaseEvent | null {
  const officers = onScene(report, context.actor.actor);
  const worn = [report.camera, ...report.officersPresent.map((present) => present.camera)];
  const cameras = [...new Set(worn.flatMap((camera) => textOrNull(camera) ?? []))];
  if (report.origin === 'IMPORTED' || (officers.length === 0 && cameras.length === 0)) return null;
  return {
    type: 'PreservationRequested',
    data: {
      preservation: context.newId<PreservationId>('preservation'),
      officers,
      cameras,
      vehicles: [],
      places: [],
      ...preservationWindow(report),
      holder: null,
      deletionAt: null,
      ground: 'POLICY',
    },
  };
}

function preservationWindow(report: ReportFiled): { readonly from: Instant; readonly to: Instant } {
  const { earliest, latest } = report.occurredAt;
  const known = [earliest, latest, report.onSceneAt].filter((at) => at !== null).sort();
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) {
    return { from: moved(report.reportedAt, -preservationLookbackMs), to: moved(report.reportedAt, preservationMarginMs) };
  }
  return { from: moved(first, -preservationMarginMs), to: moved(last, preservationMarginMs) };
}

const moved = (at: Instant, byMs: number): Instant => new Date(Date.parse(at) + byMs).toISOString();

export const decideFiling: DecideTable<CaseCatalogue, Pick<ReportCommands, 'supplementReport'>, Case, CaseContext, RefusalCode> = {
  supplementReport: ({ report, narrative, injuries, footageViewed }, state, { actor }) => {
    const supplemented = state.reports.get(report);
    if (supplemented === undefined) return refuse('REPORT_UNKNOWN', `There is no report '${report}' on this case.`);
    if (supplemented.author !== actor.actor) {
      return refuse('NOT_THE_AUTHOR', 'A supplement is by the author of the report. File your own report instead.');
    }
    if (isBlank(narrative)) return refuse('NOTHING_REPORTED', 'A supplement says what it adds.');
    return [{ type: 'ReportSupplemented', data: { report, narrative, injuries, footageViewed } }];
  },
};

export const evolveFiling: EvolveTable<Pick<typeof reportEvents, 'ReportFiled' | 'ReportSupplemented'>, Case, Actor> = {
  ReportFiled: (state, data, meta) => {
    const author = meta.by.actor;
    const report = {
      id: data.report,
      event: meta.id,
      author,
      origin: data.origin,
      incident: data.incident,
      occurredAt: data.occurredAt,
      reportedAt: data.reportedAt,
      recordedAt: meta.recordedAt,
      place: data.place,
      category: data.category?.text ?? null,
      narrative: data.narrative,
      onSceneAt: data.onSceneAt,
      unit: data.unit,
      camera: data.camera,
      officersPresent: data.officersPresent,
      injuries: data.injuries,
      supplements: [],
    };
    const hands = {
      ...state.hands,
      filed: withMembers(state.hands.filed, author),
      witnessed: withMembers(state.hands.witnessed, ...onScene(data, author)),
    };
    return { ...state, hands, reports: withEntry(state.reports, data.report, report) };
  },
  ReportSupplemented: (state, data, meta) => ({
    ...state,
    reports: changeEntry(state.reports, data.report, (report) => ({
      ...report,
      injuries: data.injuries ?? report.injuries,
      supplements: [...report.supplements, meta.id],
    })),
  }),
};
