package dev.tiergate;

/** What the environment sets: one line each, the same in {@code --help} and in the operations page. */
enum Setting {
    HOST("TIERGATE_HOST", "0.0.0.0", "Address of the public listener"),
    PORT("TIERGATE_PORT", "8080", "Port of the public listener; 0 for a free one"),
    ADMIN_HOST("TIERGATE_ADMIN_HOST", "127.0.0.1", "Address of the admin listener"),
    ADMIN_PORT("TIERGATE_ADMIN_PORT", "8081", "Port of the admin listener; 0 for a free one"),
    DATABASE_URL("TIERGATE_DATABASE_URL", "", "PostgreSQL: postgresql://user:password@host:port/database"),
    MIGRATION_DATABASE_URL(
            "TIERGATE_MIGRATION_DATABASE_URL", "", "PostgreSQL as the owner, for migrations; the above where empty"),
    ADMIN_DATABASE_URL(
            "TIERGATE_ADMIN_DATABASE_URL",
            "",
            "PostgreSQL as a role that edits, for the admin API; the first where empty"),
    REDIS_URL(
            "TIERGATE_REDIS_URL",
            "",
            "Redis: redis://user:password@host:port/0, redis-sentinel://host,host/0?master=NAME"
                    + " or redis-cluster://host,host"),
    DATABASE_DEADLINE("TIERGATE_DATABASE_DEADLINE_MS", "250", "Milliseconds that a store may take to load"),
    REDIS_DEADLINE("TIERGATE_REDIS_DEADLINE_MS", "50", "Milliseconds that a count may take"),
    USAGE_HISTORY_DAYS(
            "TIERGATE_USAGE_HISTORY_DAYS",
            "400",
            "Days for which counters of windows that are over are kept in PostgreSQL"),
    TLS_CERT("TIERGATE_TLS_CERT", "", "PEM file with the certificate chain; TLS and HTTP/2 are offered with it"),
    TLS_KEY("TIERGATE_TLS_KEY", "", "PEM file with the private key"),
    UPSTREAM_ALLOW(
            "TIERGATE_UPSTREAM_ALLOW",
            "",
            "The only targets of upstreams, JWKS and plugins: host:port, 10.0.0.0/8, 10.0.0.0/8:8080, with commas;"
                    + " empty for any"),
    PLUGINS("TIERGATE_PLUGINS", "plugins", "Folder of plugins; the default only where it is there"),
    LOG_LEVEL("TIERGATE_LOG_LEVEL", "info", "trace, debug, info, warn or error"),
    EVENT_LOOPS("TIERGATE_EVENT_LOOPS", "0", "Event loops; 0 for one a core"),
    IO_URING("TIERGATE_IO_URING", "false", "true: sockets are served by io_uring, where kernel and container allow it"),
    CLIENT_TIMEOUT(
            "TIERGATE_CLIENT_TIMEOUT", "75", "Seconds that a client may take to send the head of its next request"),
    DRAIN_DELAY("TIERGATE_DRAIN_DELAY", "1", "Seconds after SIGTERM in which clients are told to leave"),
    DRAIN_TIMEOUT("TIERGATE_DRAIN_TIMEOUT", "25", "Seconds in which requests in flight may end"),
    GATING("FEATURE_GATING_V2_ENABLED", "true", "false turns all gating off: roll-back without PostgreSQL and Redis");

    private final String variable;
    private final String fallback;
    private final String meaning;

    Setting(String variable, String fallback, String meaning) {
        this.variable = variable;
        this.fallback = fallback;
        this.meaning = meaning;
    }

    String variable() {
        return variable;
    }

    String fallback() {
        return fallback;
    }

    String meaning() {
        return meaning;
    }
}
