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

/** The kind {@code test-counter}: units of each store, which are said to come back, and come back where they were not used. */
public final class TestCounter implements QuotaFactory<TestCounter.Config> {

    private final ConcurrentHashMap<String, Long> used = new ConcurrentHashMap<>();

    /**
     * @param capacity units that there are
     * @param every how far away it is, always, that there are more
     */
    public record Config(long capacity, @Nullable Duration every) {

        public Config {
            if (capacity < 1 || every == null || every.isZero()) {
                throw new IllegalArgumentException(
                        "test-counter needs a capacity of 1 or more and 'every', such as every: 10s");
            }
        }

        private Quota.State state(long current, Instant now) {
            return new Quota.State(capacity, current, every == null || current == 0 ? null : now.plus(every));
        }
    }

    @Override
    public String name() {
        return "test-counter";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Quota create(String code, Config config) {
        return new Counter(config);
    }

    private final class Counter implements Quota {

        private final Config config;

        private Counter(Config config) {
            this.config = config;
        }

        @Override
        public Future<Taken> take(Call call, long units) {
            var all = new boolean[1];
            long then = used.compute(key(call), (key, old) -> {
                long before = old == null ? 0 : old;
                all[0] = before + units <= config.capacity();
                return all[0] ? before + units : before;
            });
            return Future.succeededFuture(new Taken(all[0], config.state(then, call.now())));
        }

        @Override
        public void giveBack(Call call, long units) {
            used.merge(key(call), -units, Long::sum);
        }

        @Override
        public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
            return Future.succeededFuture(config.state(used.getOrDefault(key(entitlements, shadow), 0L), now));
        }

        private static String key(Call call) {
            return key(call.entitlements(), call.shadow());
        }

        private static String key(Entitlements entitlements, boolean shadow) {
            return entitlements.store().externalId() + (shadow ? "/shadow" : "");
        }
    }
}
