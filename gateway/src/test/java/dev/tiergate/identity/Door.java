package dev.tiergate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Caller;
import dev.tiergate.routes.AuthConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/** An authenticator behind real keys, asked as the edge asks it. */
final class Door {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KeySource keys;
    private final Authenticator authenticator;

    Door(AuthConfig auth, KeySource keys) {
        this.keys = keys;
        this.authenticator = new Authenticator(auth, keys, Runnable::run, meters);
    }

    /** With the keys of the configuration. */
    static Door of(AuthConfig auth) {
        return new Door(auth, FixedKeys.of(auth));
    }

    /** With a JWKS that was loaded from such a document. */
    static Door of(AuthConfig auth, String jwks) {
        var world = new JwksKeys.World(
                () -> Future.succeededFuture(Buffer.buffer(jwks)),
                Runnable::run,
                InstantSource.fixed(Claims.NOW),
                (delay, task) -> () -> {},
                () -> 0.5,
                JwksPace.DEFAULT);
        return new Door(auth, JwksKeys.open(auth, new SimpleMeterRegistry(), world));
    }

    KeySource keys() {
        return keys;
    }

    Identified ask(MultiMap headers, Instant now) {
        Future<Identified> answer = authenticator.authenticate(headers, now);
        assertThat(answer.isComplete()).isTrue();
        return answer.result();
    }

    Identified ask(String token, Instant now) {
        return ask(MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + token), now);
    }

    Caller admits(String token) {
        return admits(token, Claims.NOW);
    }

    Caller admits(String token, Instant now) {
        return caller(ask(token, now));
    }

    static Caller caller(Identified identified) {
        assertThat(identified).isInstanceOf(Identified.Known.class);
        return ((Identified.Known) identified).caller();
    }

    void refuses(String token, TokenFlaw flaw) {
        refuses(token, flaw, Claims.NOW);
    }

    void refuses(String token, TokenFlaw flaw, Instant now) {
        assertRefused(ask(token, now), flaw);
    }

    static void assertRefused(Identified identified, TokenFlaw flaw) {
        assertThat(identified).isEqualTo(new Identified.Rejected(flaw.refuse()));
        assertThat(flaw.refuse().reason().status()).isEqualTo(401);
    }

    double counted(String result) {
        return meters.counter("tiergate_tokens", "result", result).count();
    }

    /** The members of the key in a document of one's own. */
    static String jwks(Map<?, ?>... keys) {
        return Forge.json(Map.of("keys", keys));
    }
}
