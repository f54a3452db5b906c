package dev.tiergate;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The kind {@code token-bucket}: each store has a bucket, and what is taken from it comes back one by one. */
public final class TokenBucket implements QuotaFactory<TokenBucket.Config> {

    private final ConcurrentHashMap<String, Instant> fullAt = new ConcurrentHashMap<>();

    /** A bucket that holds so many, one of which comes back each time. */
    public record Config(long capacity, @Nullable Duration every) {

        public Config {
            if (capacity < 1 || every == null || every.isZero()) {
                throw new IllegalArgumentException(
                        "token-bucket needs a capacity of 1 or more and 'every', such as every: 10s");
            }
        }

        private Duration refill() {
            return every == null ? Duration.ZERO : every;
        }
    }

    @Override
    public String name() {
        return "token-bucket";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Quota create(String code, Config config) {
        return new Bucket(code, config);
    }

    private final class Bucket implements Quota {

        private final String code;
        private final Config config;

        private Bucket(String code, Config config) {
            this.code = code;
            this.config = config;
        }

        @Override
        public Future<Taken> take(Call call, long units) {
            var answer = new Taken[1];
            fullAt.compute(key(call.entitlements(), call.shadow()), (key, at) -> {
                var full = later(call.now(), at);
                var then = full.plus(config.refill().multipliedBy(units));
                var fits = call.now().plus(config.refill().multipliedBy(config.capacity()));
                boolean all = !then.isAfter(fits);
                answer[0] = new Taken(
                        all,
                        state(
                                call.now(),
                                all ? then : full,
                                all ? then : call.now().plus(Duration.between(fits, then))));
                return all ? then : full;
            });
            return Future.succeededFuture(answer[0]);
        }

        @Override
        public void giveBack(Call call, long units) {
            fullAt.computeIfPresent(
                    key(call.entitlements(), call.shadow()),
                    (key, at) -> at.minus(config.refill().multipliedBy(units)));
        }

        @Override
        public Future<State> read(Entitlements entitlements, Caller caller, Instant now) {
            var full = later(now, fullAt.get(key(entitlements, false)));
            return Future.succeededFuture(state(now, full, full));
        }

        private String key(Entitlements entitlements, boolean shadow) {
            return code + (shadow ? "/shadow/" : "/") + entitlements.store().externalId();
        }

        private Instant later(Instant now, @Nullable Instant at) {
            return at == null || at.isBefore(now) ? now : at;
        }

        private State state(Instant now, Instant full, Instant more) {
            var owed = Duration.between(now, full);
            long used = owed.plus(config.refill().minusNanos(1)).dividedBy(config.refill());
            return new State(config.capacity(), used, more.equals(now) ? null : more);
        }
    }
}
