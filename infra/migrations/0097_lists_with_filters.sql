-- A list with both filters reads one index in its order; before, it looked through everything of the category, or of the district.
CREATE INDEX ON case_list_v2.case_list (district, category, opened_at, case_id);
-- No query ever read it.
DROP INDEX case_list_v2.case_list_duplicate_of_idx;
-- The first cases that somebody may see are read from an index alone.
CREATE INDEX ON case_access_v1.case_access (unit, case_id);
CREATE INDEX ON case_access_v1.case_access (stage, case_id);
DROP INDEX case_access_v1.case_access_unit_idx, case_access_v1.case_access_stage_idx;
