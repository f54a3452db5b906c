package dev.tiergate.routes;

import dev.tiergate.routes.UpstreamConfig.Balance;
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

/** Reads one backend. */
final class UpstreamReader {

    private final Targets targets;
    private final Problems problems;

    UpstreamReader(Targets targets, Problems problems) {
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
                        section.text("tls-ca")));
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
            } else if (!key.origin().fromEnvironment()) {
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
