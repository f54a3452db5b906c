package dev.tiergate.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of one member of a JWKS (RFC 7517 section 4).
 *
 * @param key null when it is not used
 * @param problem why, in that case; otherwise empty
 * @param alarming true when somebody has to act
 */
record JwkReading(@Nullable VerificationKey key, String problem, boolean alarming) {

    /** RFC 7518 sections 6.2.2 and 6.3.2, and the secret of section 6.4. */
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private static final int MAX_ID_LENGTH = 256;

    /** Takes a public signature key that is strong enough and fits one of the allowed algorithms; nothing else. */
    static JwkReading of(Map<?, ?> jwk, Set<Algorithm> allowed) {
        if (jwk.keySet().stream().anyMatch(PRIVATE_MEMBERS::contains)) {
            return new JwkReading(null, "it comes with its private part and has to be taken as known to others", true);
        }
        if (!forSignatures(jwk)) {
            return unused("it is not meant for verifying signatures");
        }
        Object id = jwk.get("kid");
        if (id != null && !(id instanceof String name && !name.isEmpty() && name.length() <= MAX_ID_LENGTH)) {
            return unused("its kid is not a string of 1 to " + MAX_ID_LENGTH + " characters");
        }
        return publicKey(jwk)
                .map(key -> strongEnough(jwk, (String) id, key, allowed))
                .orElse(unused("it is neither a valid RSA key nor a point on P-256, P-384 or P-521"));
    }

    /** RFC 7517 sections 4.2 and 4.3: absent means unrestricted. */
    private static boolean forSignatures(Map<?, ?> jwk) {
        Object use = jwk.get("use");
        Object operations = jwk.get("key_ops");
        return (use == null || use.equals("sig"))
                && (operations == null || (operations instanceof List<?> list && list.contains("verify")));
    }

    private static JwkReading strongEnough(Map<?, ?> jwk, @Nullable String id, PublicKey key, Set<Algorithm> allowed) {
        KeyStrength strength = KeyStrength.of(key, allowed);
        if (strength.algorithms().isEmpty()) {
            return unused(strength.problem());
        }
        Object alg = jwk.get("alg");
        if (alg == null) {
            return new JwkReading(new VerificationKey(id, strength.algorithms(), key), "", false);
        }
        Set<Algorithm> named = EnumSet.noneOf(Algorithm.class);
        strength.algorithms().stream()
                .filter(algorithm -> alg.equals(algorithm.name()))
                .forEach(named::add);
        return named.isEmpty()
                ? unused("its alg is not among the configured algorithms that fit it")
                : new JwkReading(new VerificationKey(id, Set.copyOf(named), key), "", false);
    }

    private static Optional<PublicKey> publicKey(Map<?, ?> jwk) {
        if ("RSA".equals(jwk.get("kty"))) {
            return bytes(jwk, "n").flatMap(n -> bytes(jwk, "e").flatMap(e -> rsa(n, e)));
        }
        if ("EC".equals(jwk.get("kty")) && jwk.get("crv") != null) {
            return Stream.of(Curve.values())
                    .filter(curve -> curve.jwkName().equals(jwk.get("crv")))
                    .findFirst()
                    .flatMap(curve ->
                            bytes(jwk, "x").flatMap(x -> bytes(jwk, "y").flatMap(y -> curve.key(x, y))));
        }
        return Optional.empty();
    }

    private static Optional<PublicKey> rsa(byte[] n, byte[] e) {
        try {
            var spec = new RSAPublicKeySpec(new BigInteger(1, n), new BigInteger(1, e));
            return Optional.of(KeyFactory.getInstance("RSA").generatePublic(spec));
        } catch (GeneralSecurityException invalid) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> bytes(Map<?, ?> jwk, String member) {
        return jwk.get(member) instanceof String text && !text.isEmpty() ? Base64Url.decode(text) : Optional.empty();
    }

    private static JwkReading unused(String problem) {
        return new JwkReading(null, problem, false);
    }
}
