package dev.tiergate.identity;

import dev.tiergate.routes.AuthConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Who sent a request: by one of a thousand remembered tokens in turn, and by the verifier, which remembers nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Authenticate {

    private Authenticator authenticator;
    private TokenVerifier verifier;
    private KeySource keys;
    private List<MultiMap> requests;
    private List<String> tokens;
    private int next;

    @Setup
    public void remember() {
        SignedTokens signed = new SignedTokens();
        AuthConfig auth = Auth.pem(List.of(signed.pem()), "RS256");
        keys = FixedKeys.of(auth);
        verifier = new TokenVerifier(auth, Algorithms.allowed(auth));
        authenticator =
                new Authenticator(auth, keys, Runnable::run, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        tokens = signed.tokens();
        requests = signed.headers();
        for (MultiMap request : requests) {
            if (!(authenticator.authenticate(request, Claims.NOW).result() instanceof Identified.Known)) {
                throw new IllegalStateException("The tokens are not good");
            }
        }
    }

    @Benchmark
    public Future<Identified> remembered() {
        next = (next + 1) % SignedTokens.STORES;
        return authenticator.authenticate(requests.get(next), Claims.NOW);
    }

    @Benchmark
    public Object verified() {
        next = (next + 1) % SignedTokens.STORES;
        return verifier.verify(tokens.get(next), keys.current(), Claims.NOW.toEpochMilli());
    }
}
