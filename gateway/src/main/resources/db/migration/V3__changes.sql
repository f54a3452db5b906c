-- Every change is audited, raises one revision a transaction, and is told to every node.

CREATE TABLE audit_log (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor      text        NOT NULL,
    action     text        NOT NULL CHECK (action IN ('insert', 'update', 'delete', 'truncate')),
    entity     text        NOT NULL,
    entity_id  text        NOT NULL,
    before     jsonb,
    after      jsonb,
    request_id text,
    revision   bigint      NOT NULL
);
CREATE INDEX audit_log_by_entity ON audit_log (entity, entity_id, id);

CREATE TABLE entitlement_revision (
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    revision   bigint      NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO entitlement_revision (revision) VALUES (1);

-- The revision of this transaction. The row stays locked to its end, so revisions become visible in their order.
CREATE FUNCTION raise_revision() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    raised text := current_setting('tiergate.revision', true);
    raised_to bigint;
BEGIN
    -- The setting is local to the transaction; the transaction's id guards against one that was set for a session.
    IF raised LIKE pg_current_xact_id()::text || ':%' THEN
        RETURN split_part(raised, ':', 2)::bigint;
    END IF;
    UPDATE entitlement_revision SET revision = revision + 1, changed_at = clock_timestamp() RETURNING revision INTO raised_to;
    PERFORM set_config('tiergate.revision', pg_current_xact_id()::text || ':' || raised_to, true);
    RETURN raised_to;
END $$;

-- The payload is the revision, for a store followed by a space and its external id. Equal ones of a transaction are one.
CREATE FUNCTION tell_change(revision bigint, store text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('tiergate_entitlements', concat_ws(' ', revision::text, store));
$$;

CREATE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    told jsonb := coalesce(now_is, was);
    entity_key text;
    raised_to bigint;
BEGIN
    IF was - 'updated_at' IS NOT DISTINCT FROM now_is - 'updated_at' THEN
        RETURN NULL;
    END IF;
    raised_to := raise_revision();
    SELECT string_agg(told ->> part, '/' ORDER BY place) INTO entity_key
        FROM unnest(TG_ARGV[1:]) WITH ORDINALITY AS parts (part, place);
    INSERT INTO audit_log (actor, action, entity, entity_id, before, after, request_id, revision)
        VALUES (coalesce(nullif(current_setting('tiergate.actor', true), ''), current_user), lower(TG_OP), TG_TABLE_NAME,
                entity_key, was, now_is, nullif(current_setting('tiergate.request_id', true), ''), raised_to);
    IF TG_ARGV[0] = 'catalogue' THEN
        PERFORM tell_change(raised_to, NULL);
    ELSIF TG_TABLE_NAME = 'stores' THEN
        -- A store that is called otherwise now is unknown by its old name, and known by its new one.
        PERFORM tell_change(raised_to, id) FROM unnest(ARRAY[was ->> 'external_id', now_is ->> 'external_id']) AS ids (id)
            WHERE id IS NOT NULL;
    ELSE
        -- None when the store went in the same transaction: its own row tells that.
        PERFORM tell_change(raised_to, external_id) FROM stores
            WHERE id IN ((was ->> 'store_id')::bigint, (now_is ->> 'store_id')::bigint);
    END IF;
    RETURN NULL;
END $$;

-- A TRUNCATE names no rows.
CREATE FUNCTION record_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    raised_to bigint := raise_revision();
BEGIN
    INSERT INTO audit_log (actor, action, entity, entity_id, request_id, revision)
        VALUES (coalesce(nullif(current_setting('tiergate.actor', true), ''), current_user), 'truncate', TG_TABLE_NAME,
                '*', nullif(current_setting('tiergate.request_id', true), ''), raised_to);
    PERFORM tell_change(raised_to, '*');
    RETURN NULL;
END $$;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'updated_at' IS DISTINCT FROM to_jsonb(OLD) - 'updated_at' THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;

DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN SELECT * FROM (VALUES
        ('tiers', 'catalogue', ARRAY['plan', 'code']),
        ('features', 'catalogue', ARRAY['code']),
        ('tier_features', 'catalogue', ARRAY['plan', 'tier_code', 'feature_code']),
        ('limits', 'catalogue', ARRAY['code']),
        ('tier_limits', 'catalogue', ARRAY['plan', 'tier_code', 'limit_code']),
        ('model_groups', 'catalogue', ARRAY['code']),
        ('tier_model_groups', 'catalogue', ARRAY['plan', 'tier_code', 'group_code']),
        ('stores', 'store', ARRAY['external_id']),
        ('store_feature_overrides', 'store', ARRAY['store_id', 'feature_code']),
        ('store_override_limits', 'store', ARRAY['store_id', 'limit_code']),
        ('store_feature_opt_ins', 'store', ARRAY['store_id', 'feature_code'])) AS t (name, part, key)
    LOOP
        EXECUTE format('CREATE CONSTRAINT TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON %I '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION record_change(%L, %s)',
            watched.name, watched.part, (SELECT string_agg(quote_literal(k), ', ') FROM unnest(watched.key) AS k));
        EXECUTE format('CREATE TRIGGER truncated AFTER TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION record_truncation()', watched.name);
        IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = watched.name::regclass AND attname = 'updated_at') THEN
            EXECUTE format('CREATE TRIGGER touched BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION touch()',
                watched.name);
        END IF;
    END LOOP;
END $$;
