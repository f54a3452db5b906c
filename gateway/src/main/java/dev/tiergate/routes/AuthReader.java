package dev.tiergate.routes;

import dev.tiergate.routes.AuthConfig.ClaimPaths;
import dev.tiergate.routes.yaml.Yaml;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads how tokens are verified. */
final class AuthReader {

    private final TargetReader targets;
    private final Outside outside;
    private final Problems problems;

    AuthReader(TargetReader targets, Outside outside, Problems problems) {
        this.targets = targets;
        this.outside = outside;
        this.problems = problems;
    }

    Optional<AuthConfig> read(Section auth) {
        Section claims = auth.section("claims");
        return read(
                auth,
                new ClaimPaths(
                        claim(claims, "store", ClaimPaths.DEFAULT.store()),
                        claim(claims, "user", ClaimPaths.DEFAULT.user()),
                        claim(claims, "roles", ClaimPaths.DEFAULT.roles())));
    }

    /** Tokens of operators: they speak for no store, and their audience tells them from those of stores. */
    Optional<AuthConfig> readAdmin(Section admin, Section auth, boolean tokensOfStores) {
        Section jwt = admin.section("jwt");
        String audience = jwt.text("audience");
        String ofStores = auth.section("jwt").text("audience");
        if (audience != null && tokensOfStores && ofStores == null) {
            problems.error(
                    jwt.at("audience"),
                    "with admin, auth.jwt needs an audience too; else an admin's token could pass for a store's");
        } else if (audience != null && audience.equals(ofStores)) {
            problems.error(
                    jwt.at("audience"),
                    "the admin API needs an audience of its own, and auth.jwt has the same; ask the issuer for another");
        }
        List<String> roles = claim(admin.section("claims"), "roles", ClaimPaths.DEFAULT.roles());
        return read(admin, new ClaimPaths(List.of(), ClaimPaths.DEFAULT.user(), roles));
    }

    private Optional<AuthConfig> read(Section auth, ClaimPaths claims) {
        Section jwt = auth.section("jwt");
        List<String> sources = new ArrayList<>();
        for (String source : List.of("jwks", "public-keys", "secret")) {
            if (jwt.has(source)) {
                sources.add(source);
            }
        }
        if (sources.size() != 1 && auth.has("jwt")) {
            problems.error(
                    jwt.at(),
                    sources.isEmpty()
                            ? "jwt needs keys: one of jwks, public-keys and secret"
                            : "jwt takes its keys from one place, and here are " + String.join(" and ", sources));
        }
        checkAlgorithms(jwt, sources.equals(List.of("secret")), sources.size() == 1);
        checkSecret(jwt);
        URI jwks = jwks(jwt);
        List<String> keys = publicKeys(jwt);
        return problems.build(auth.at(), () -> config(auth, jwt, jwks, keys, claims));
    }

    private AuthConfig config(Section auth, Section jwt, @Nullable URI jwks, List<String> keys, ClaimPaths claims) {
        Set<String> algorithms = new LinkedHashSet<>();
        jwt.texts("algorithms").forEach(name -> algorithms.add(name.text()));
        return new AuthConfig(
                jwks,
                keys,
                jwt.text("secret"),
                algorithms,
                jwt.text("issuer"),
                jwt.text("audience"),
                jwt.duration("leeway", Duration.ZERO),
                jwt.duration("max-lifetime", Duration.ofHours(24)),
                jwt.text("cookie"),
                "at+jwt".equals(jwt.text("typ")),
                auth.flag("forward", true),
                claims,
                keyFiles(keys));
    }

    private String keyFiles(List<String> keys) {
        return keys.stream().filter(key -> !isText(key)).map(outside::file).collect(Collectors.joining(" "));
    }

    private static boolean isText(String key) {
        return key.contains("-----BEGIN ");
    }

    private static List<String> claim(Section claims, String key, List<String> otherwise) {
        String path = claims.text(key);
        return path == null ? otherwise : List.of(path.split("\\."));
    }

    private void checkAlgorithms(Section jwt, boolean secret, boolean known) {
        for (Yaml.Scalar algorithm : jwt.texts("algorithms")) {
            boolean symmetric = algorithm.text().startsWith("HS");
            if (known && secret && algorithm.text().matches("(RS|PS|ES)[0-9]+")) {
                problems.error(
                        algorithm.at(),
                        algorithm.text()
                                + " needs public keys, and here is a secret; use HS256, or jwks or public-keys");
            } else if (known && !secret && symmetric) {
                problems.error(
                        algorithm.at(),
                        algorithm.text() + " with public keys lets everybody sign tokens; remove it, or use a secret");
            }
        }
    }

    private void checkSecret(Section jwt) {
        jwt.scalar("secret").ifPresent(secret -> {
            if (secret.text().getBytes(StandardCharsets.UTF_8).length < AuthConfig.MIN_SECRET_BYTES) {
                problems.error(secret.at(), "secret must have at least 32 bytes");
            } else if (secret.origin().inFile()) {
                problems.warning(
                        secret.at(), "a secret stands in the file; put it in the environment and write ${NAME}");
            }
        });
    }

    private @Nullable URI jwks(Section jwt) {
        Yaml.Scalar scalar = jwt.scalar("jwks").orElse(null);
        if (scalar == null || jwt.text("jwks") == null) {
            return null;
        }
        URI uri = targets.url(scalar, "jwks").orElse(null);
        if (uri != null && "http".equalsIgnoreCase(uri.getScheme()) && !loopback(uri.getHost())) {
            problems.warning(
                    scalar.at(), "keys are loaded in clear text; whoever is on the way can sign tokens: use https");
        }
        return uri;
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }

    private List<String> publicKeys(Section jwt) {
        List<String> keys = new ArrayList<>();
        for (Yaml.Scalar key : jwt.texts("public-keys")) {
            if (key.text().contains("PRIVATE KEY")) {
                problems.error(
                        key.at(), "this is a private key; it belongs to the issuer alone, here goes the public one");
            } else if (!isText(key.text()) && !UpstreamReader.readable(key.text())) {
                problems.error(key.at(), "a public key must be a PEM text, or a PEM file that can be read");
            }
            keys.add(key.text());
        }
        return keys;
    }
}
