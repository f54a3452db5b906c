package dev.tiergate.routes;

import dev.tiergate.routes.UpstreamConfig.Balance;
import dev.tiergate.routes.UpstreamConfig.CircuitBreaker;
import dev.tiergate.routes.UpstreamConfig.HealthCheck;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import dev.tiergate.routes.yaml.Yaml;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one backend. */
final class UpstreamReader {

    private static final Set<Integer> FAILING_STATUSES = Set.of(502, 503, 504);

    private final TargetReader targets;
    private final Problems problems;

    UpstreamReader(TargetReader targets, Problems problems) {
        this.targets = targets;
        this.problems = problems;
    }

    Optional<UpstreamConfig> read(String name, Section section) {
        List<URI> endpoints = endpoints(section);
        Protocol protocol = section.choice("protocol", Protocol.class, Protocol.HTTP1);
        boolean tls = !endpoints.isEmpty() && "https".equals(endpoints.get(0).getScheme());
        checkProtocol(section, protocol, tls, endpoints.isEmpty());
        checkKey(section);
        checkAuthority(section, tls, endpoints.isEmpty());
        HealthCheck healthCheck = healthCheck(section);
        CircuitBreaker circuitBreaker = circuitBreaker(section);
        return problems.build(
                section.at(),
                () -> new UpstreamConfig(
                        name,
                        endpoints,
                        section.choice("balance", Balance.class, Balance.LEAST_REQUESTS),
                        protocol,
                        section.duration("connect-timeout", Duration.ofSeconds(2)),
                        section.duration("response-timeout", Duration.ofSeconds(30)),
                        section.duration("idle-timeout", Duration.ofSeconds(60)),
                        (int) Math.max(1, Math.min(65535, section.integer("max-connections", 128))),
                        section.text("sign-key"),
                        section.text("tls-ca"),
                        healthCheck,
                        circuitBreaker));
    }

    private @Nullable HealthCheck healthCheck(Section section) {
        Section check = section.section("health-check");
        String path = check.text("path");
        Duration interval = check.duration("interval", Duration.ofSeconds(5));
        boolean sound = bounded(check, "interval", interval, HealthCheck.MIN_INTERVAL, HealthCheck.MAX_INTERVAL);
        return path == null || !path.startsWith("/") || !sound ? null : new HealthCheck(path, interval);
    }

    private @Nullable CircuitBreaker circuitBreaker(Section section) {
        if (!section.has("circuit-breaker")) {
            return null;
        }
        Section breaker = section.section("circuit-breaker");
        Duration openFor = breaker.duration("open-for", Duration.ofSeconds(10));
        boolean sound = bounded(breaker, "open-for", openFor, CircuitBreaker.MIN_OPEN, CircuitBreaker.MAX_OPEN);
        int failures = (int) Math.max(1, Math.min(10_000, breaker.integer("failures", 10)));
        return sound ? new CircuitBreaker(failures, openFor, statuses(breaker)) : null;
    }

    private Set<Integer> statuses(Section breaker) {
        if (!breaker.has("statuses")) {
            return FAILING_STATUSES;
        }
        Set<Integer> statuses = new TreeSet<>();
        for (Yaml item : breaker.list("statuses")) {
            if (item instanceof Yaml.Scalar scalar && scalar.text().matches("5[0-9][0-9]")) {
                statuses.add(Integer.parseInt(scalar.text()));
            }
        }
        return statuses;
    }

    private boolean bounded(Section section, String key, Duration value, Duration least, Duration most) {
        boolean sound = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
        if (!sound) {
            problems.error(
                    section.at(key), key + " must be from " + least.toMillis() + "ms to " + most.toHours() + "h");
        }
        return sound;
    }

    private List<URI> endpoints(Section section) {
        List<URI> endpoints = new ArrayList<>();
        for (Yaml.Scalar scalar : section.texts("endpoints")) {
            Optional<URI> endpoint = targets.endpoint(scalar);
            if (endpoint.isPresent() && endpoints.contains(endpoint.get())) {
                problems.error(scalar.at(), "this endpoint stands here twice; remove one");
            } else if (endpoint.isPresent()
                    && !endpoints.isEmpty()
                    && !endpoint.get().getScheme().equals(endpoints.get(0).getScheme())) {
                problems.error(
                        scalar.at(),
                        "endpoints of one upstream have one scheme, and the first is "
                                + endpoints.get(0).getScheme());
            } else {
                endpoint.ifPresent(endpoints::add);
            }
        }
        return endpoints;
    }

    private void checkProtocol(Section section, Protocol protocol, boolean tls, boolean unknown) {
        if (unknown) {
            return;
        }
        if (protocol == Protocol.H2 && !tls) {
            problems.error(section.at("protocol"), "protocol h2 needs https endpoints; in clear text it is h2c");
        }
        if (protocol == Protocol.H2C && tls) {
            problems.error(section.at("protocol"), "protocol h2c is clear text; with https endpoints it is h2");
        }
    }

    private void checkKey(Section section) {
        section.scalar("sign-key").ifPresent(key -> {
            if (key.text().getBytes(StandardCharsets.UTF_8).length < UpstreamConfig.MIN_KEY_BYTES) {
                problems.error(key.at(), "sign-key must have at least 32 bytes");
            } else if (key.origin().inFile()) {
                problems.warning(key.at(), "a key stands in the file; put it in the environment and write ${NAME}");
            }
        });
    }

    private void checkAuthority(Section section, boolean tls, boolean unknown) {
        String file = section.text("tls-ca");
        if (file != null && !tls && !unknown) {
            problems.error(section.at("tls-ca"), "tls-ca needs https endpoints");
        } else if (file != null && !readable(file)) {
            problems.error(section.at("tls-ca"), "tls-ca must be a PEM file that can be read");
        }
    }

    static boolean readable(String file) {
        try {
            return Files.isRegularFile(Path.of(file)) && Files.isReadable(Path.of(file));
        } catch (java.nio.file.InvalidPathException e) {
            return false;
        }
    }
}
