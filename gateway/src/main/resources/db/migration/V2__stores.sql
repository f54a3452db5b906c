-- The tenants, what they have besides their tier, and what they have used.

CREATE TABLE stores (
    id               bigint       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id      text         NOT NULL UNIQUE CHECK (external_id ~ '^[A-Za-z0-9._:@-]{1,128}$'),
    code             text         NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'),
    name             display_name NOT NULL,
    plan             code_name    NOT NULL DEFAULT 'orion',
    tier_code        code_name    NOT NULL,
    status           text         NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'closed')),
    billing_interval text         NOT NULL DEFAULT 'month' CHECK (billing_interval IN ('month', 'year')),
    period_anchor    timestamptz  NOT NULL DEFAULT now(),
    time_zone        text         NOT NULL DEFAULT 'UTC' CHECK (char_length(time_zone) <= 64),
    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),
    FOREIGN KEY (plan, tier_code) REFERENCES tiers (plan, code)
);
CREATE INDEX stores_by_tier ON stores (plan, tier_code);

-- One a store and feature; what was before stands in the audit log.
CREATE TABLE store_feature_overrides (
    store_id     bigint      NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    feature_code code_name   NOT NULL REFERENCES features (code) ON DELETE CASCADE,
    enabled      boolean     NOT NULL,
    reason       text        NOT NULL DEFAULT '' CHECK (char_length(reason) <= 2000),
    expires_at   timestamptz CHECK (isfinite(expires_at)),
    created_by   text        NOT NULL DEFAULT current_user,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, feature_code)
);

CREATE TABLE store_override_limits (
    store_id     bigint       NOT NULL,
    feature_code code_name    NOT NULL,
    limit_code   code_name    NOT NULL,
    limit_value  limit_amount NOT NULL,
    PRIMARY KEY (store_id, limit_code),
    FOREIGN KEY (store_id, feature_code) REFERENCES store_feature_overrides (store_id, feature_code) ON DELETE CASCADE,
    FOREIGN KEY (limit_code, feature_code) REFERENCES limits (code, feature_code) ON DELETE CASCADE
);

-- Features that a store has asked to try, beta ones in the main.
CREATE TABLE store_feature_opt_ins (
    store_id     bigint      NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    feature_code code_name   NOT NULL REFERENCES features (code) ON DELETE CASCADE,
    opted_in_by  text        NOT NULL DEFAULT current_user,
    opted_in_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, feature_code)
);

-- Many nodes write here: a row is replaced only by a higher (epoch, version). A limit or store that is gone keeps its
-- history, so nothing is referenced. subject is the store's external id, or the user's for the scope user.
CREATE TABLE usage_counters (
    store        text        NOT NULL,
    scope        text        NOT NULL CHECK (scope IN ('store', 'user')),
    subject      text        NOT NULL,
    limit_code   text        NOT NULL,
    window_start timestamptz NOT NULL,
    window_end   timestamptz,
    value        bigint      NOT NULL CHECK (value >= 0),
    epoch        bigint      NOT NULL DEFAULT 0,
    version      bigint      NOT NULL DEFAULT 0,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store, scope, subject, limit_code, window_start),
    CHECK (window_end > window_start)
);
CREATE INDEX usage_counters_by_age ON usage_counters (window_end);

-- Events that leave in the transaction that made them; a sender takes them in order of id.
CREATE TABLE outbox (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic           text        NOT NULL,
    store           text,
    payload         jsonb       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    attempts        integer     NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    delivered_at    timestamptz
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE delivered_at IS NULL;
