-- The roles of a least-privilege set-up: tg_owner migrates, tg_edge serves, tg_admin edits. Made without login: whoever
-- runs the cluster gives them one (ALTER ROLE tg_edge LOGIN PASSWORD …). Where this connection may not make roles, make
-- them by hand and run: SELECT grant_roles();

CREATE OR REPLACE FUNCTION grant_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    role_name text;
    catalogue text := 'tiers, features, tier_features, limits, tier_limits, model_groups, tier_model_groups, stores, '
        'store_feature_overrides, store_override_limits, store_feature_opt_ins, feature_roles, gating, credit_grants';
BEGIN
    FOREACH role_name IN ARRAY ARRAY['tg_owner', 'tg_edge', 'tg_admin'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            END IF;
        EXCEPTION
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'role % is to be made by hand', role_name;
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database of the cluster was faster
        END;
    END LOOP;
    BEGIN
        ALTER ROLE tg_edge SET statement_timeout = '500ms';
        ALTER ROLE tg_admin SET statement_timeout = '30s';
    EXCEPTION
        WHEN insufficient_privilege OR undefined_object THEN
            RAISE NOTICE 'the statement timeouts of tg_edge and tg_admin are to be set by hand';
        WHEN internal_error THEN
            NULL; -- another database of the cluster sets them at this moment
    END;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tg_owner') THEN
        EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO tg_owner', current_schema());
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tg_edge') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO tg_edge', current_schema());
        EXECUTE format('GRANT SELECT ON %s, entitlement_revision, flyway_schema_history, live_credit_grants TO tg_edge', catalogue);
        GRANT SELECT, INSERT, UPDATE, DELETE ON usage_counters, outbox TO tg_edge;
        GRANT USAGE ON SEQUENCE usage_epochs TO tg_edge;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tg_admin') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO tg_admin', current_schema());
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO tg_admin', catalogue);
        GRANT SELECT, UPDATE ON entitlement_revision TO tg_admin; -- as much as FOR UPDATE asks for
        REVOKE INSERT, DELETE ON entitlement_revision FROM tg_admin;
        GRANT SELECT, INSERT, UPDATE, DELETE ON usage_counters, outbox TO tg_admin;
        GRANT USAGE ON SEQUENCE usage_epochs TO tg_admin;
        GRANT SELECT, INSERT ON audit_log TO tg_admin;
        GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO tg_admin;
        GRANT DELETE ON admin_turn TO tg_admin; -- as much as LOCK TABLE asks for
        GRANT SELECT ON audit_head, flyway_schema_history, live_credit_grants TO tg_admin;
        GRANT EXECUTE ON FUNCTION record_write(jsonb, jsonb) TO tg_admin;
    END IF;
END $$;

SELECT grant_roles();
