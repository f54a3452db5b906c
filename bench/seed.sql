-- Three times a thousand stores: allow-N is let through, tier-N is a tier too low, limit-N has used its day up after three.
-- Ten thousand that ask the gateway's own APIs: apis-N has three overrides, one of which ends.
BEGIN;

UPDATE features SET kind = 'quantitative' WHERE code = 'analytics_dashboard';
INSERT INTO limits (code, feature_code, name, "window")
    VALUES ('dashboard_views', 'analytics_dashboard', 'Dashboard views', 'day');
INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES
    ('professional', 'dashboard_views', 1000000000),
    ('business', 'dashboard_views', 2000000000),
    ('enterprise', 'dashboard_views', -1);

-- A zone in which the day has just begun: no counter starts anew while a round runs.
CREATE TEMPORARY TABLE zone AS
    SELECT CASE WHEN h = 0 THEN 'UTC' WHEN h <= 12 THEN 'Etc/GMT+' || h ELSE 'Etc/GMT-' || 24 - h END AS name
    FROM (SELECT extract(hour FROM now() AT TIME ZONE 'UTC')::int AS h) AS utc;

INSERT INTO stores (external_id, code, name, tier_code, time_zone)
    SELECT kind || '-' || n, kind || '-' || n, initcap(kind) || ' ' || n, tier, zone.name
    FROM (VALUES ('allow', 'professional'), ('tier', 'essential'), ('limit', 'professional')) AS kinds (kind, tier),
         generate_series(1, 1000) AS n, zone;

INSERT INTO store_feature_overrides (store_id, feature_code, enabled, reason)
    SELECT id, 'analytics_dashboard', true, 'three a day' FROM stores WHERE code LIKE 'limit-%';
INSERT INTO store_override_limits (store_id, feature_code, limit_code, limit_value)
    SELECT id, 'analytics_dashboard', 'dashboard_views', 3 FROM stores WHERE code LIKE 'limit-%';

INSERT INTO stores (external_id, code, name, tier_code, time_zone)
    SELECT 'apis-' || n, 'apis-' || n, 'Apis ' || n, (ARRAY['essential', 'professional', 'business'])[1 + n % 3], zone.name
    FROM generate_series(1, 10000) AS n, zone;
INSERT INTO store_feature_overrides (store_id, feature_code, enabled, reason, expires_at)
    SELECT id, feature, enabled, 'measured', expires_at
    FROM stores, (VALUES ('white_label', true, NULL), ('basic_theme', false, NULL),
        ('custom_reports', true, now() + interval '1 day')) AS overrides (feature, enabled, expires_at)
    WHERE code LIKE 'apis-%';

COMMIT;

-- What autovacuum would do within a minute: until then each load of a store reads whole tables.
ANALYZE;
