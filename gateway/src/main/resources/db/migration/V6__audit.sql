-- One audit row a transaction, and a chain over all of them: a row that is changed or gone shows.

ALTER TABLE audit_log DROP CONSTRAINT audit_log_action_check;
ALTER TABLE audit_log ADD CONSTRAINT audit_log_action_check CHECK (action ~ '^[a-z][a-z_]{0,63}$');
ALTER TABLE audit_log ADD COLUMN previous_hash bytea, ADD COLUMN hash bytea;
CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
CREATE INDEX audit_log_by_time ON audit_log (at);

-- Where the chain ends: without it, rows taken from its end would not be missed.
CREATE TABLE audit_head (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    rows    bigint  NOT NULL,
    last_id bigint  NOT NULL,
    hash    bytea   NOT NULL
);

-- What is hashed: each value with its length in bytes before it, so that no two rows read alike. `tiergate audit verify`
-- makes the same text by itself.
CREATE FUNCTION audit_text(of audit_log) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value, '-'), ',' ORDER BY place)
        FROM unnest(ARRAY[
            of.id::text, (extract(epoch FROM of.at) * 1000000)::bigint::text, of.actor, of.action, of.entity, of.entity_id,
            of.before::text, of.after::text, of.request_id, of.revision::text]) WITH ORDINALITY AS parts (value, place);
$$;

CREATE FUNCTION audit_hash(previous bytea, of audit_log) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(previous || convert_to(audit_text(of), 'UTF8'));
$$;

-- The rows that are there already, oldest first, in the form that all will have: rows by table and key.
UPDATE audit_log SET before = CASE WHEN before IS NOT NULL THEN jsonb_build_object(entity || '/' || entity_id, before) END,
    after = CASE WHEN after IS NOT NULL THEN jsonb_build_object(entity || '/' || entity_id, after) END;
DO $$
DECLARE
    logged audit_log;
    last bytea := sha256('');
    total bigint := 0;
    last_id bigint := 0;
BEGIN
    FOR logged IN SELECT * FROM audit_log ORDER BY id LOOP
        UPDATE audit_log SET previous_hash = last, hash = audit_hash(last, logged) WHERE id = logged.id
            RETURNING hash INTO last;
        total := total + 1;
        last_id := logged.id;
    END LOOP;
    INSERT INTO audit_head (rows, last_id, hash) VALUES (total, last_id, last);
END $$;
ALTER TABLE audit_log ALTER COLUMN previous_hash SET NOT NULL, ALTER COLUMN hash SET NOT NULL;

-- Whoever inserts: the place in the chain is given, not taken. The head stays locked to the end of the transaction.
CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE audit_head SET rows = rows + 1, last_id = last_id + 1 RETURNING last_id, hash INTO NEW.id, NEW.previous_hash;
    NEW.at := clock_timestamp();
    NEW.hash := audit_hash(NEW.previous_hash, NEW);
    UPDATE audit_head SET hash = NEW.hash;
    RETURN NEW;
END $$;
CREATE TRIGGER chained BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is not changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The changes of transactions that are not over. They go when the audit row is written, so that none is ever committed.
CREATE UNLOGGED TABLE pending_changes (
    transaction xid8    NOT NULL,
    place       bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    depth       integer NOT NULL,
    part        text    NOT NULL,
    action      text    NOT NULL,
    entity      text    NOT NULL,
    entity_id   text    NOT NULL,
    before      jsonb,
    after       jsonb,
    first       boolean NOT NULL,
    PRIMARY KEY (transaction, place)
);

-- True for the first change of a transaction: it alone brings the audit row about. Asked of the table rather than of a
-- setting, which anybody could set.
CREATE FUNCTION begins_record() RETURNS boolean LANGUAGE sql AS $$
    SELECT NOT EXISTS (SELECT FROM pending_changes WHERE transaction = pg_current_xact_id());
$$;

-- A change is kept as it happens. depth tells what a statement changed from what followed by trigger or cascade.
CREATE OR REPLACE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    now_is jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    told jsonb := coalesce(now_is, was);
    entity_key text;
BEGIN
    IF was - 'updated_at' IS NOT DISTINCT FROM now_is - 'updated_at' THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(told ->> part, '/' ORDER BY place) INTO entity_key
        FROM unnest(TG_ARGV[1:]) WITH ORDINALITY AS parts (part, place);
    INSERT INTO pending_changes (transaction, depth, part, action, entity, entity_id, before, after, first)
        VALUES (pg_current_xact_id(), pg_trigger_depth(), TG_ARGV[0], lower(TG_OP), TG_TABLE_NAME, entity_key, was, now_is,
                begins_record());
    RETURN NULL;
END $$;

-- A TRUNCATE names no rows.
CREATE OR REPLACE FUNCTION record_truncation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO pending_changes (transaction, depth, part, action, entity, entity_id, first)
        VALUES (pg_current_xact_id(), pg_trigger_depth(), 'truncate', 'truncate', TG_TABLE_NAME, '*', begins_record());
    RETURN NULL;
END $$;

-- For a write that is to be seen in the log even where it changed nothing here; of something that is kept elsewhere it may
-- tell what it was and is. It comes last, so that what changed here keeps the first place.
CREATE FUNCTION record_write(was jsonb DEFAULT NULL, now_is jsonb DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    told boolean := was IS NOT NULL OR now_is IS NOT NULL;
BEGIN
    INSERT INTO pending_changes (transaction, depth, part, action, entity, entity_id, before, after, first)
        VALUES (pg_current_xact_id(), 1000, CASE WHEN told THEN 'elsewhere' ELSE 'none' END, 'update',
                CASE WHEN told THEN coalesce(current_setting('tiergate.entity', true), '') ELSE 'none' END,
                CASE WHEN told THEN coalesce(current_setting('tiergate.entity_id', true), '') ELSE '' END,
                was, now_is, begins_record());
END $$;

-- At the end of a transaction: one revision, one audit row, and each node told what to load again.
CREATE FUNCTION conclude_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    this xid8 := pg_current_xact_id();
    main pending_changes;
    raised_to bigint;
    were jsonb;
    are jsonb;
BEGIN
    IF EXISTS (SELECT FROM pending_changes WHERE transaction = this AND part NOT IN ('none', 'elsewhere')) THEN
        UPDATE entitlement_revision SET revision = revision + 1, changed_at = clock_timestamp()
            RETURNING revision INTO raised_to;
    ELSE
        SELECT revision INTO raised_to FROM entitlement_revision FOR UPDATE;
    END IF;
    SELECT * INTO main FROM pending_changes WHERE transaction = this ORDER BY depth, place LIMIT 1;
    -- Of a row that changed several times: as it was before the first, as it is after the last.
    SELECT jsonb_object_agg(entity || '/' || entity_id, before) INTO were FROM (
        SELECT DISTINCT ON (entity, entity_id) * FROM pending_changes WHERE transaction = this AND part <> 'none'
            ORDER BY entity, entity_id, place) AS first_each WHERE before IS NOT NULL;
    SELECT jsonb_object_agg(entity || '/' || entity_id, after) INTO are FROM (
        SELECT DISTINCT ON (entity, entity_id) * FROM pending_changes WHERE transaction = this AND part <> 'none'
            ORDER BY entity, entity_id, place DESC) AS last_each WHERE after IS NOT NULL;
    INSERT INTO audit_log (actor, action, entity, entity_id, before, after, request_id, revision)
        VALUES (coalesce(nullif(current_setting('tiergate.actor', true), ''), nullif(current_setting('role'), 'none'),
                    session_user),
                coalesce(nullif(current_setting('tiergate.action', true), ''), main.action),
                coalesce(nullif(current_setting('tiergate.entity', true), ''), main.entity),
                coalesce(nullif(current_setting('tiergate.entity_id', true), ''), main.entity_id),
                were, are, nullif(current_setting('tiergate.request_id', true), ''), raised_to);
    PERFORM tell_changes(this, raised_to);
    DELETE FROM pending_changes WHERE transaction = this;
    RETURN NULL;
END $$;

CREATE FUNCTION tell_changes(this xid8, raised_to bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pending_changes WHERE transaction = this AND part = 'catalogue') THEN
        PERFORM tell_change(raised_to, NULL);
    END IF;
    IF EXISTS (SELECT FROM pending_changes WHERE transaction = this AND part = 'truncate') THEN
        PERFORM tell_change(raised_to, '*');
    END IF;
    -- A store that is called otherwise now is unknown by its old name, and known by its new one. A store that went in the
    -- same transaction tells it by its own row.
    PERFORM tell_change(raised_to, id) FROM (
        SELECT unnest(ARRAY[before ->> 'external_id', after ->> 'external_id']) AS id FROM pending_changes
            WHERE transaction = this AND entity = 'stores' AND part = 'store'
        UNION
        SELECT s.external_id FROM pending_changes c
            JOIN stores s ON s.id IN ((c.before ->> 'store_id')::bigint, (c.after ->> 'store_id')::bigint)
            WHERE c.transaction = this AND c.entity <> 'stores' AND c.part = 'store') AS told
        WHERE id IS NOT NULL ORDER BY id;
END $$;

CREATE CONSTRAINT TRIGGER concluded AFTER INSERT ON pending_changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.first) EXECUTE FUNCTION conclude_changes();

DO $$
DECLARE
    watched record;
BEGIN
    -- The same tables and keys as before, at once rather than at the end.
    FOR watched IN SELECT tgrelid::regclass AS name, array_remove(string_to_array(encode(tgargs, 'escape'), '\000'), '') AS args
        FROM pg_trigger WHERE tgname = 'recorded' AND tgfoid = 'record_change()'::regprocedure
    LOOP
        EXECUTE format('DROP TRIGGER recorded ON %s', watched.name);
        EXECUTE format('CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW '
            'EXECUTE FUNCTION record_change(%s)', watched.name,
            (SELECT string_agg(quote_literal(a), ', ' ORDER BY place) FROM unnest(watched.args) WITH ORDINALITY AS x (a, place)));
    END LOOP;
    -- What runs as the owner finds our tables, whatever the caller's search path says.
    FOR watched IN SELECT unnest(ARRAY['chain_audit()', 'record_change()', 'record_truncation()',
        'record_write(jsonb, jsonb)', 'conclude_changes()']) AS name
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', watched.name, current_schema());
    END LOOP;
END $$;

DROP FUNCTION raise_revision();
REVOKE EXECUTE ON FUNCTION record_write(jsonb, jsonb) FROM PUBLIC;

-- Answers to requests that may be sent again, by the key that the client chose; a day long.
CREATE TABLE idempotency_keys (
    actor        text        NOT NULL,
    target       text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    status       integer     NOT NULL,
    answer       jsonb       NOT NULL,
    etag         text,
    location     text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor, target, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Nothing is kept here: whoever writes through the admin API holds a lock on it, so that writes take turns.
CREATE TABLE admin_turn ();
