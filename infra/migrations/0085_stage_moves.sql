-- The stays of case_flow say where they led and by what event, and the counters count moves and whole ways. What was folded before does not have
-- them: a feed that has read already reads the log again from its beginning, and its rows with it.
DO $$
BEGIN
  IF EXISTS (SELECT FROM feed_checkpoint WHERE feed = 'cases' AND version = 1 AND position IS NOT NULL) THEN
    TRUNCATE case_list_v1.case_list, case_list_v1.case_activity, case_flow_v1.case_flow, footage_v1.footage, agent_v1.agent, person_v1.person,
      violation_v1.violation, referral_v1.referral, case_link_v1.case_link, audit_trail_v1.audit_trail, audit_trail_v1.audit_case,
      case_access_v1.case_access, case_access_v1.case_person, case_counter_v1.case_counter;
    DELETE FROM parked_event WHERE feed = 'cases' AND version = 1;
    UPDATE feed_checkpoint SET position = NULL, handled = 0 WHERE feed = 'cases' AND version = 1;
  END IF;
  -- A build under way was folded the old way, too.
  DELETE FROM rebuild WHERE feed = 'cases' AND version = 1;
END $$;
