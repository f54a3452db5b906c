-- A transaction that changes many stores tells of the first hundred by name, and of the others as "any store": each node
-- then reads a store again before it next answers for it, and no node is sent a hundred thousand notifications.
CREATE OR REPLACE FUNCTION tell_change(revision bigint, store text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told text := current_setting('tiergate.told', true);
    -- The transaction's id guards against a count that an earlier one left behind.
    so_far integer := CASE WHEN told LIKE pg_current_xact_id()::text || ':%' THEN split_part(told, ':', 2)::integer ELSE 0 END;
BEGIN
    IF store IS NULL OR store = '*' THEN
        PERFORM pg_notify('tiergate_entitlements', concat_ws(' ', revision::text, store));
    ELSIF so_far < 100 THEN
        PERFORM pg_notify('tiergate_entitlements', concat_ws(' ', revision::text, store));
        PERFORM set_config('tiergate.told', pg_current_xact_id()::text || ':' || so_far + 1, true);
    ELSIF so_far = 100 THEN
        PERFORM pg_notify('tiergate_entitlements', concat_ws(' ', revision::text, '*'));
        PERFORM set_config('tiergate.told', pg_current_xact_id()::text || ':' || so_far + 1, true);
    END IF;
END $$;
