-- How much the gate may do at most, on every node; and which of a store's people may use a feature.

CREATE TABLE gating (
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    mode       text        NOT NULL DEFAULT 'enforce' CHECK (mode IN ('enforce', 'shadow', 'off')),
    updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO gating DEFAULT VALUES;

-- A feature without a row is for everybody of the store.
CREATE TABLE feature_roles (
    store_id     bigint      NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    feature_code code_name   NOT NULL REFERENCES features (code) ON DELETE CASCADE,
    roles        text[]      NOT NULL CHECK (cardinality(roles) BETWEEN 1 AND 50 AND array_position(roles, NULL) IS NULL),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, feature_code)
);
CREATE TRIGGER plan_agrees BEFORE INSERT OR UPDATE OF store_id, feature_code ON feature_roles
    FOR EACH ROW EXECUTE FUNCTION check_override_plan();

DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
        ('gating', 'catalogue', ARRAY['one']),
        ('feature_roles', 'store', ARRAY['store_id', 'feature_code'])) AS t (name, part, key)
    LOOP
        EXECUTE format('CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION record_change(%L, %s)',
            watched.name, watched.part, (SELECT string_agg(quote_literal(k), ', ') FROM unnest(watched.key) AS k));
        EXECUTE format('CREATE TRIGGER truncated AFTER TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION record_truncation()', watched.name);
        EXECUTE format('CREATE TRIGGER touched BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION touch()', watched.name);
    END LOOP;
END $$;
