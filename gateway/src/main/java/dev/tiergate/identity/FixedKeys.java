package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.routes.AuthConfig;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/** Keys that stand in the configuration: one secret, or PEM keys. */
final class FixedKeys implements KeySource {

    private static final int MIN_SECRET_BYTES = 32;

    private final KeySet keys;

    private FixedKeys(List<VerificationKey> keys) {
        this.keys = KeySet.fixed(keys);
    }

    static FixedKeys of(AuthConfig auth) {
        Set<Algorithm> allowed = Algorithms.allowed(auth);
        if (auth.secret() != null) {
            return new FixedKeys(List.of(secret(auth.secret(), allowed)));
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (String given : auth.publicKeys()) {
            VerificationKey key = PemKey.load(given, allowed);
            if (keys.stream().noneMatch(key::sameAs)) {
                keys.add(key);
            }
        }
        // Alone, a key is meant by every token; among several, a token has to say which one it means.
        return new FixedKeys(
                keys.size() == 1 ? keys : keys.stream().map(Thumbprint::named).toList());
    }

    /** A secret serves the HMAC algorithms that it is long enough for (RFC 7518 section 3.2). */
    private static VerificationKey secret(String secret, Set<Algorithm> allowed) {
        byte[] bytes = secret.getBytes(UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "auth.jwt.secret is " + bytes.length + " bytes long, needed are at least " + MIN_SECRET_BYTES);
        }
        Set<Algorithm> usable = EnumSet.noneOf(Algorithm.class);
        for (Algorithm algorithm : allowed) {
            if (algorithm.family() == Algorithm.Family.HMAC && bytes.length >= algorithm.hashBytes()) {
                usable.add(algorithm);
            }
        }
        if (usable.isEmpty()) {
            throw new IllegalArgumentException("auth.jwt.algorithms has none that a secret of " + bytes.length
                    + " bytes can verify: HS256 needs 32, HS384 48, HS512 64");
        }
        return new VerificationKey(null, Set.copyOf(usable), new SecretKeySpec(bytes, "HMAC"));
    }

    @Override
    public KeySet current() {
        return keys;
    }

    @Override
    public Optional<Future<KeySet>> lookAgain() {
        return Optional.empty();
    }

    @Override
    public Optional<String> notReady() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
