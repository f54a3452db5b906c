-- What a constraint cannot say.

-- Dependencies are features of the same plan, and no feature depends on itself, however far around.
CREATE FUNCTION check_dependencies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    -- Two writers could each close half of a cycle: one at a time.
    PERFORM 1 FROM entitlement_revision FOR UPDATE;
    SELECT d INTO wrong FROM features f, unnest(f.dependencies) AS d
        WHERE NOT EXISTS (SELECT FROM features o WHERE o.code = d AND o.plan = f.plan) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a feature depends on ''%'', which its plan does not have', wrong
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'features_dependencies';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        WITH RECURSIVE needed (code) AS (
            SELECT unnest(dependencies) FROM features WHERE id = NEW.id
            UNION
            SELECT unnest(f.dependencies) FROM features f JOIN needed n ON f.code = n.code)
        SELECT FROM needed JOIN features f ON f.id = NEW.id AND f.code = needed.code) THEN
        RAISE EXCEPTION 'feature ''%'' would depend on itself', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'features_no_cycle';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dependencies_known AFTER INSERT OR UPDATE OF dependencies, code, plan OR DELETE ON features
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_dependencies();

-- minimum_tier_code and the assignments are one truth seen twice; this says which of the two is writing.
CREATE FUNCTION syncing() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('tiergate.syncing', true), '') = 'on';
$$;

-- A new minimum assigns from it upward and removes below. A newly assigned tier takes the limits of the next lower holder.
CREATE FUNCTION assign_from_minimum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    least integer := (SELECT display_order FROM tiers WHERE plan = NEW.plan AND code = NEW.minimum_tier_code);
    assigned record;
BEGIN
    IF syncing() OR (TG_OP = 'UPDATE' AND NEW.minimum_tier_code IS NOT DISTINCT FROM OLD.minimum_tier_code) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('tiergate.syncing', 'on', true);
    FOR assigned IN
        INSERT INTO tier_features (plan, tier_code, feature_code)
            SELECT t.plan, t.code, NEW.code FROM tiers t WHERE t.plan = NEW.plan AND t.display_order >= least
            ON CONFLICT DO NOTHING RETURNING tier_code
    LOOP
        PERFORM inherit_limits(NEW.plan, assigned.tier_code, NEW.code);
    END LOOP;
    DELETE FROM tier_features a USING tiers t
        WHERE a.plan = NEW.plan AND a.feature_code = NEW.code AND t.plan = a.plan AND t.code = a.tier_code
            AND (least IS NULL OR t.display_order < least);
    PERFORM set_config('tiergate.syncing', '', true);
    RETURN NULL;
END $$;

CREATE FUNCTION inherit_limits(the_plan text, the_tier text, the_feature text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tier_limits (plan, tier_code, limit_code, limit_value)
        SELECT the_plan, the_tier, l.code, coalesce((
            SELECT v.limit_value FROM tier_limits v
                JOIN tiers lower_tier ON lower_tier.plan = v.plan AND lower_tier.code = v.tier_code
                JOIN tiers self ON self.plan = the_plan AND self.code = the_tier
                WHERE v.plan = the_plan AND v.limit_code = l.code AND lower_tier.display_order < self.display_order
                ORDER BY lower_tier.display_order DESC LIMIT 1), -1)
        FROM limits l WHERE l.plan = the_plan AND l.feature_code = the_feature
        ON CONFLICT DO NOTHING;
$$;

CREATE FUNCTION set_minimum(the_feature text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('tiergate.syncing', 'on', true);
    UPDATE features f SET minimum_tier_code = lowest.code FROM (
        SELECT (SELECT t.code FROM tier_features a JOIN tiers t ON t.plan = a.plan AND t.code = a.tier_code
            WHERE a.feature_code = the_feature ORDER BY t.display_order LIMIT 1) AS code) AS lowest
        WHERE f.code = the_feature AND f.minimum_tier_code IS DISTINCT FROM lowest.code;
    PERFORM set_config('tiergate.syncing', '', true);
END $$;

CREATE FUNCTION minimum_from_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- What a tier does not hold, it has no limits for.
        DELETE FROM tier_limits v USING limits l
            WHERE v.plan = OLD.plan AND v.tier_code = OLD.tier_code AND l.code = v.limit_code
                AND l.feature_code = OLD.feature_code;
    END IF;
    IF NOT syncing() THEN
        PERFORM set_minimum(CASE WHEN TG_OP = 'DELETE' THEN OLD.feature_code ELSE NEW.feature_code END);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION minimum_from_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.display_order <> OLD.display_order THEN
        PERFORM set_minimum(feature_code) FROM tier_features
            WHERE plan = NEW.plan AND tier_code = NEW.code;
    END IF;
    RETURN NULL;
END $$;

-- A tier that goes gives up its features first, so that no minimum names it.
CREATE FUNCTION release_features() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM tier_features WHERE plan = OLD.plan AND tier_code = OLD.code;
    RETURN OLD;
END $$;

CREATE TRIGGER minimum_assigns AFTER INSERT OR UPDATE OF minimum_tier_code ON features
    FOR EACH ROW EXECUTE FUNCTION assign_from_minimum();
CREATE TRIGGER assignments_make_minimum AFTER INSERT OR UPDATE OR DELETE ON tier_features
    FOR EACH ROW EXECUTE FUNCTION minimum_from_assignments();
CREATE TRIGGER order_makes_minimum AFTER UPDATE OF display_order ON tiers
    FOR EACH ROW EXECUTE FUNCTION minimum_from_order();
CREATE TRIGGER features_released BEFORE DELETE ON tiers
    FOR EACH ROW EXECUTE FUNCTION release_features();

CREATE FUNCTION check_override_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM stores s JOIN features f ON f.plan = s.plan
            WHERE s.id = NEW.store_id AND f.code = NEW.feature_code) THEN
        RAISE EXCEPTION 'feature ''%'' is not of the store''s plan', NEW.feature_code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'store_feature_overrides_plan';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_agrees BEFORE INSERT OR UPDATE OF store_id, feature_code ON store_feature_overrides
    FOR EACH ROW EXECUTE FUNCTION check_override_plan();

-- PostgreSQL knows zones that java.time does not, such as POSIX rules: only names of the tz database pass.
CREATE FUNCTION check_time_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.time_zone !~ '^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$' THEN
        RAISE EXCEPTION 'time zone "%" not recognized', NEW.time_zone USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM now() AT TIME ZONE NEW.time_zone;
    RETURN NEW;
END $$;
CREATE TRIGGER time_zone_known BEFORE INSERT OR UPDATE OF time_zone ON stores
    FOR EACH ROW EXECUTE FUNCTION check_time_zone();
