-- Numbers that people say (2026-000123). Gaps are allowed; the number is stored in the case's first event and is never an id.
CREATE SEQUENCE case_number_seq;
GRANT USAGE ON SEQUENCE case_number_seq TO caseledger_service;
