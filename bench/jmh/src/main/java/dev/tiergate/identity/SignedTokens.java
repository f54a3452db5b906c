package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.security.KeyPair;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/** RS256 tokens of stores {@code store-0}, {@code store-1} and so on, all good at {@link #NOW}. */
public final class SignedTokens {

    public static final Instant NOW = Claims.NOW;

    static final int STORES = 1_000;

    private final KeyPair pair = Forge.pair("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));

    /** The public key as PEM. */
    public String pem() {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8))
                .encodeToString(pair.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n";
    }

    List<String> tokens() {
        return IntStream.range(0, STORES).mapToObj(this::token).toList();
    }

    private String token(int store) {
        String claims = Forge.json(Claims.with("store_id", "store-" + store));
        return Forge.signed("SHA256withRSA", pair.getPrivate(), "{\"alg\":\"RS256\"}", claims);
    }

    /** Of one request a store. */
    public List<MultiMap> headers() {
        return tokens().stream()
                .map(token -> HttpHeaders.headers().add("Authorization", "Bearer " + token))
                .toList();
    }

    /** What {@code auth.jwt} has to say for them. */
    public String rules() {
        return "{ public-keys: [ \"" + pem().replace("\n", "\\n") + "\" ], algorithms: [ RS256 ], issuer: \""
                + Auth.ISSUER + "\", audience: " + Auth.AUDIENCE + " }";
    }
}
