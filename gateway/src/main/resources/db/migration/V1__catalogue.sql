-- The catalogue: plans of tiers, what each holds, and how much of it. A code, once used, stays what it is.

CREATE DOMAIN code_name AS text CHECK (VALUE ~ '^[a-z][a-z0-9_-]{0,63}$');
-- What people read: no control characters, and short enough for a header, a log line and a page.
CREATE DOMAIN display_name AS text CHECK (char_length(VALUE) BETWEEN 1 AND 200 AND VALUE !~ '[[:cntrl:]]');
-- -1 for no bound, 0 for none at all.
CREATE DOMAIN limit_amount AS bigint CHECK (VALUE >= -1);

CREATE TABLE tiers (
    plan                    code_name    NOT NULL DEFAULT 'orion',
    code                    code_name    NOT NULL,
    name                    display_name NOT NULL,
    description             text         NOT NULL DEFAULT '' CHECK (char_length(description) <= 2000),
    display_order           integer      NOT NULL,
    price_monthly_cents     bigint       CHECK (price_monthly_cents >= 0),
    price_annual_cents      bigint       CHECK (price_annual_cents >= 0),
    stripe_product_id       text,
    stripe_price_monthly_id text,
    stripe_price_annual_id  text,
    is_active               boolean      NOT NULL DEFAULT true,
    is_public               boolean      NOT NULL DEFAULT true,
    created_at              timestamptz  NOT NULL DEFAULT now(),
    updated_at              timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (plan, code),
    CONSTRAINT tiers_order_unique UNIQUE (plan, display_order) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE model_groups (
    code       code_name    PRIMARY KEY,
    plan       code_name    NOT NULL DEFAULT 'orion',
    name       display_name NOT NULL,
    models     text[]       NOT NULL DEFAULT '{}' CHECK (array_position(models, NULL) IS NULL),
    created_at timestamptz  NOT NULL DEFAULT now(),
    updated_at timestamptz  NOT NULL DEFAULT now(),
    UNIQUE (plan, code)
);

CREATE TABLE features (
    id                bigint       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan              code_name    NOT NULL DEFAULT 'orion',
    code              code_name    NOT NULL UNIQUE,
    name              display_name NOT NULL,
    description       text         NOT NULL DEFAULT '' CHECK (char_length(description) <= 2000),
    category          code_name    NOT NULL,
    kind              text         NOT NULL DEFAULT 'binary' CHECK (kind IN ('binary', 'quantitative')),
    minimum_tier_code code_name,
    is_active         boolean      NOT NULL DEFAULT true,
    is_beta           boolean      NOT NULL DEFAULT false,
    dependencies      text[]       NOT NULL DEFAULT '{}' CHECK (array_position(dependencies, NULL) IS NULL),
    model_group       code_name,
    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),
    UNIQUE (plan, code),
    CONSTRAINT features_minimum_tier FOREIGN KEY (plan, minimum_tier_code) REFERENCES tiers (plan, code)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT features_model_group FOREIGN KEY (plan, model_group) REFERENCES model_groups (plan, code)
);

CREATE TABLE tier_features (
    plan         code_name NOT NULL DEFAULT 'orion',
    tier_code    code_name NOT NULL,
    feature_code code_name NOT NULL,
    PRIMARY KEY (plan, tier_code, feature_code),
    FOREIGN KEY (plan, tier_code) REFERENCES tiers (plan, code) ON DELETE CASCADE,
    FOREIGN KEY (plan, feature_code) REFERENCES features (plan, code) ON DELETE CASCADE
);
CREATE INDEX tier_features_by_feature ON tier_features (feature_code);

-- feature_code is null for a limit of the store itself.
CREATE TABLE limits (
    code         code_name    PRIMARY KEY,
    plan         code_name    NOT NULL DEFAULT 'orion',
    feature_code code_name,
    name         display_name NOT NULL,
    "window"     text         NOT NULL CHECK ("window" IN
        ('hour', 'day', 'week', 'month', 'period', 'total', 'concurrent', 'credits')),
    scope        text         NOT NULL DEFAULT 'store' CHECK (scope IN ('store', 'user')),
    created_at   timestamptz  NOT NULL DEFAULT now(),
    updated_at   timestamptz  NOT NULL DEFAULT now(),
    UNIQUE (plan, code),
    UNIQUE (code, feature_code),
    FOREIGN KEY (plan, feature_code) REFERENCES features (plan, code) ON DELETE CASCADE
);

CREATE TABLE tier_limits (
    plan        code_name    NOT NULL DEFAULT 'orion',
    tier_code   code_name    NOT NULL,
    limit_code  code_name    NOT NULL,
    limit_value limit_amount NOT NULL,
    PRIMARY KEY (plan, tier_code, limit_code),
    FOREIGN KEY (plan, tier_code) REFERENCES tiers (plan, code) ON DELETE CASCADE,
    FOREIGN KEY (plan, limit_code) REFERENCES limits (plan, code) ON DELETE CASCADE
);

CREATE TABLE tier_model_groups (
    plan       code_name NOT NULL DEFAULT 'orion',
    tier_code  code_name NOT NULL,
    group_code code_name NOT NULL,
    PRIMARY KEY (plan, tier_code, group_code),
    FOREIGN KEY (plan, tier_code) REFERENCES tiers (plan, code) ON DELETE CASCADE,
    FOREIGN KEY (plan, group_code) REFERENCES model_groups (plan, code) ON DELETE CASCADE
);
