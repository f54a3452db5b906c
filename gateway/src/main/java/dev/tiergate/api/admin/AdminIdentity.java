package dev.tiergate.api.admin;

import dev.tiergate.identity.Authenticator;
import dev.tiergate.identity.Identified;
import dev.tiergate.identity.KeySource;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.AuthConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says which operator sent a request. Asked from one event loop. */
final class AdminIdentity {

    private final Vertx vertx;
    private final Supplier<@Nullable AuthConfig> rules;
    private final Function<AuthConfig, KeySource> keys;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private @Nullable AuthConfig known;
    private @Nullable Authenticator authenticator;

    AdminIdentity(
            Vertx vertx,
            Supplier<@Nullable AuthConfig> rules,
            Function<AuthConfig, KeySource> keys,
            MeterRegistry registry,
            InstantSource clock) {
        this.vertx = vertx;
        this.rules = rules;
        this.keys = keys;
        this.registry = registry;
        this.clock = clock;
    }

    /** Fails with a problem where there is no operator, or none that may ask anything. */
    Future<Actor> identify(MultiMap headers) {
        var now = rules.get();
        if (now == null) {
            return Future.failedFuture(Problem.of(
                            503,
                            "admin_not_configured",
                            "No admin identity is configured; add admin to routes.yaml, as docs/admin.md says")
                    .asException());
        }
        return authenticator(now)
                .authenticate(headers, clock.instant())
                .compose(identified -> identified.<Future<Actor>>fold(
                        AdminIdentity::actor, rejected -> refused(rejected.refuse()), away -> refused(away.refuse())));
    }

    /** Remembered tokens outlive a reload that leaves the rules for tokens as they are. */
    private Authenticator authenticator(AuthConfig now) {
        if (authenticator == null || !now.equals(known)) {
            authenticator = new Authenticator(now, keys.apply(now), vertx.getOrCreateContext(), registry);
            known = now;
        }
        return authenticator;
    }

    private static Future<Actor> actor(Identified.Known identified) {
        var caller = identified.caller();
        var name = Objects.requireNonNull(caller.user(), "an operator's token names its subject");
        return Role.highest(caller.roles())
                .map(role -> Future.succeededFuture(new Actor(name, role)))
                .orElseGet(() -> Future.failedFuture(
                        Problem.of(403, "role_missing", "The token has none of the roles viewer, editor and admin")
                                .asException()));
    }

    private static Future<Actor> refused(Refuse refuse) {
        var reason = refuse.reason();
        var problem = Problem.of(reason.status(), reason.code(), refuse.detail());
        return Future.failedFuture(
                new Problem(problem.status(), problem.reason(), problem.detail(), problem.errors(), headers(reason))
                        .asException());
    }

    private static Map<String, String> headers(Reason reason) {
        if (reason.status() != Reason.INVALID_TOKEN.status()) {
            return Map.of("Retry-After", "2");
        }
        return Map.of(
                "WWW-Authenticate", reason.equals(Reason.INVALID_TOKEN) ? "Bearer error=\"invalid_token\"" : "Bearer");
    }
}
