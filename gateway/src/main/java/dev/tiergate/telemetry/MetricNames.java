package dev.tiergate.telemetry;

/** Every metric of the gateway's own, as Micrometer names it; a counter's Prometheus name ends in {@code _total}. */
public final class MetricNames {

    /** Refusals with 403; labels feature, reason, tier, mode. */
    public static final String FEATURE_ACCESS_DENIED = "feature_access_denied";

    /** Faults of the gate itself; label stage. */
    public static final String FEATURE_GATING_ERRORS = "feature_gating_errors";

    /** Refusals with 429; labels feature, limit, mode. */
    public static final String FEATURE_LIMIT_EXCEEDED = "feature_limit_exceeded";

    /** Requests that named a model; labels group, outcome. */
    public static final String FEATURE_MODEL_REQUESTS = "feature_model_requests";

    /** The gate's own time, without the upstream. */
    public static final String GATE_DURATION = "tiergate_gate_duration";

    /** How late looks at the event loops come. */
    public static final String EVENT_LOOP_DELAY = "tiergate_event_loop_delay";

    /** 1 when the last change of routes.yaml was taken, 0 when it was refused. */
    public static final String CONFIG_LAST_RELOAD_SUCCESS = "tiergate_config_last_reload_success";

    /** Changes of routes.yaml; label outcome. */
    public static final String CONFIG_RELOADS = "tiergate_config_reloads";

    /** Changes of secrets that stand in files; label outcome. */
    public static final String SECRETS = "tiergate_secret_changes";

    /** Paths refused by their reading; label cause. */
    public static final String AMBIGUOUS_PATHS = "tiergate_ambiguous_paths";

    /** Requests that went to an upstream; label decision. */
    public static final String FORWARDED = "tiergate_forwarded";

    /** Refusals other than 403 and 429; labels reason, status. */
    public static final String REFUSED = "tiergate_refused";

    /** Connections given up because an endpoint's name led where nothing may be sent; label upstream. */
    public static final String UPSTREAM_ADDRESSES_REFUSED = "tiergate_upstream_addresses_refused";

    /** Counters of which this node holds units in advance. */
    public static final String LEASES = "tiergate_leases";

    /** Units held in advance that nobody can use any more: a node went away with them, or Redis lost the counter. */
    public static final String LEASE_UNITS_FORFEITED = "tiergate_lease_units_forfeited";

    /** Writes of counters to PostgreSQL that failed; what they had is written again. */
    public static final String USAGE_COPY_FAILURES = "tiergate_usage_copy_failures";

    /** Gateways that count on the same Redis, this one too. */
    public static final String NODES = "tiergate_nodes";

    /** Requests that the gate ended while they were open; label cause. */
    public static final String REQUESTS_CUT_OFF = "tiergate_requests_cut_off";

    /** Open WebSockets and streams of server-sent events that a gate let through. */
    public static final String GATED_STREAMS = "tiergate_gated_streams";

    /** How often requests stopped to wait for Redis, because it did not answer in time. */
    public static final String REDIS_CIRCUIT_OPENED = "tiergate_redis_circuit_opened";

    /** Requests whose limits were decided without Redis; label outcome. */
    public static final String LIMITS_WITHOUT_REDIS = "tiergate_limits_without_redis";

    /** How well this node can count: 0 exact, 1 leased, 2 local-budget, 3 refusing. */
    public static final String LIMITS_RUNG = "tiergate_limits_rung";

    /** How well this node knows what stores may use: 0 fresh, 1 stale, 2 copy, 3 down. */
    public static final String ENTITLEMENTS_RUNG = "tiergate_entitlements_rung";

    /** 1 while an upstream's circuit is open, 0.5 while it is half-open; label upstream. */
    public static final String UPSTREAM_CIRCUIT_OPEN = "tiergate_upstream_circuit_open";

    /** How often an upstream's circuit opened; label upstream. */
    public static final String UPSTREAM_CIRCUIT_OPENED = "tiergate_upstream_circuit_opened";

    /** 1 while an endpoint is unhealthy; labels upstream, endpoint. */
    public static final String UPSTREAM_ENDPOINT_UNHEALTHY = "tiergate_upstream_endpoint_unhealthy";

    /** Questions to endpoints whether they are well; labels upstream, endpoint, outcome. */
    public static final String UPSTREAM_HEALTH_CHECKS = "tiergate_upstream_health_checks";

    /** Requests under an Idempotency-Key that is known; label outcome. */
    public static final String IDEMPOTENT_REPEATS = "tiergate_idempotent_repeats";

    /** Answers to requests whose cost the upstream reports; label outcome. */
    public static final String REPORTED_COSTS = "tiergate_reported_costs";

    /** What went wrong in plugins; labels plugin, kind. */
    public static final String PLUGIN_FAULTS = "tiergate_plugin_faults";

    /** 1 while gating is off, by whatever source. */
    public static final String GATING_BYPASSED = "tiergate_gating_bypassed";

    /** Tokens by how they were answered; label result. */
    public static final String TOKENS = "tiergate_tokens";

    /** Loads of a JWKS; labels source, outcome. */
    public static final String JWKS_LOADS = "tiergate_jwks_loads";

    /** Time since a JWKS was last loaded, in seconds; label source. */
    public static final String JWKS_AGE = "tiergate_jwks_age";

    /** Rows of the database that make no sense and are left out, each counted once; label table. */
    public static final String ENTITLEMENT_ROWS_REJECTED = "tiergate_entitlement_rows_rejected";

    /** Looks at the copies in Redis, while PostgreSQL does not answer; label outcome. */
    public static final String ENTITLEMENT_COPIES = "tiergate_entitlement_copies";

    /** 1 while PostgreSQL does not answer, and stores are answered from memory. */
    public static final String ENTITLEMENTS_SOURCE_AWAY = "tiergate_entitlements_source_away";

    /** Stores in memory, about. */
    public static final String ENTITLEMENTS_CACHED_STORES = "tiergate_entitlements_cached_stores";

    /** The revision of the catalogue that serves. */
    public static final String ENTITLEMENTS_REVISION = "tiergate_entitlements_revision";

    /** Open connections of pages that are told of events. */
    public static final String EVENT_STREAMS = "tiergate_event_streams";

    /** Connections that were ended because the page did not read what it was sent. */
    public static final String EVENT_STREAMS_CUT_OFF = "tiergate_event_streams_cut_off";

    /** Limits that came near their end, or to it; labels event, outcome. */
    public static final String LIMIT_EVENTS = "tiergate_limit_events";

    /** Events on their way to the outbox, once for each sink; labels event, outcome. */
    public static final String OUTBOX_EVENTS = "tiergate_outbox_events";

    /** Events that wait in this node's memory to be written. */
    public static final String OUTBOX_QUEUE = "tiergate_outbox_queue";

    /** Attempts to bring an event to a sink; labels sink, outcome. */
    public static final String OUTBOX_DELIVERIES = "tiergate_outbox_deliveries";

    /** Events that a sink does not have yet; label sink. */
    public static final String OUTBOX_WAITING = "tiergate_outbox_waiting";

    /** Events that were given up and stand in the outbox still; label sink. */
    public static final String OUTBOX_GIVEN_UP = "tiergate_outbox_given_up";

    /** Age of the oldest event that a sink does not have yet, in seconds; label sink. */
    public static final String OUTBOX_OLDEST = "tiergate_outbox_oldest";

    private MetricNames() {}
}
