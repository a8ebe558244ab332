import type { CaseEvent, CaseEventType } from '#libs/domain';

/**
 * Which protected texts can be searched. Names and contact data are not: a confidential person must not be found by them. Nor is a compelled
 * statement, which is walled off.
 */
export const searchedFields: { readonly [T in CaseEventType]?: readonly string[] } = {
  ReportFiled: ['narrative'],
  ReportSupplemented: ['narrative'],
  SceneDetailRecorded: ['description'],
  MedicalAidRecorded: ['note'],
  StatementTaken: ['text'],
  FootageRegistered: ['description'],
  FootageAnnotated: ['note'],
  ExhibitRegistered: ['description'],
  ViolationAlleged: ['description'],
  EvidenceLinked: ['note'],
};

export function isSearched(event: CaseEvent): boolean {
  return !(event.type === 'StatementTaken' && event.data.voluntariness === 'COMPELLED');
}
