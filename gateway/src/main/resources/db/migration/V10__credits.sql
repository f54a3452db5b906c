-- Credits that a store was given, besides those that its tier gives each billing period. A grant does not change; it ends by
-- time, or is revoked. What was spent of it is counted in usage_counters.

CREATE TABLE credit_grants (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id   bigint      NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    limit_code code_name   NOT NULL REFERENCES limits (code) ON DELETE CASCADE,
    -- Chosen by whoever adds it, so that adding it twice adds it once.
    reference  text        NOT NULL CHECK (reference ~ '^[A-Za-z0-9._:@-]{1,128}$'),
    -- Whole in every JSON reader, with room to add up.
    amount     bigint      NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
    priority   integer     NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
    reason     text        NOT NULL DEFAULT '' CHECK (char_length(reason) <= 2000),
    expires_at timestamptz CHECK (isfinite(expires_at)),
    revoked_at timestamptz,
    created_by text        NOT NULL DEFAULT current_user,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (store_id, reference)
);

CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON credit_grants FOR EACH ROW
    EXECUTE FUNCTION record_change('store', 'store_id', 'reference');
CREATE TRIGGER truncated AFTER TRUNCATE ON credit_grants FOR EACH STATEMENT EXECUTE FUNCTION record_truncation();

-- What another amount would mean for what is spent, nobody could say.
CREATE FUNCTION keep_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.store_id, NEW.limit_code, NEW.reference, NEW.amount, NEW.priority, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.store_id, OLD.limit_code, OLD.reference, OLD.amount, OLD.priority, OLD.expires_at) THEN
        RAISE EXCEPTION 'a grant of credits is not changed; revoke it and add another' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE ON credit_grants FOR EACH ROW EXECUTE FUNCTION keep_grant();

ALTER TABLE usage_counters DROP CONSTRAINT usage_counters_scope_check;
ALTER TABLE usage_counters ADD CONSTRAINT usage_counters_scope_check CHECK (scope IN ('store', 'user', 'grant'));

-- The grants of which something may be left. One that is spent may get something back while a request is on its way, so it
-- goes only when it was spent for a day.
CREATE VIEW live_credit_grants AS
    SELECT g.* FROM credit_grants g JOIN stores s ON s.id = g.store_id
        WHERE g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now()) AND NOT EXISTS (
            SELECT FROM usage_counters c WHERE c.store = s.external_id AND c.scope = 'grant' AND c.subject = g.id::text
                AND c.limit_code = g.limit_code AND c.window_start = 'epoch' AND c.value >= g.amount
                AND c.updated_at < now() - interval '1 day');
