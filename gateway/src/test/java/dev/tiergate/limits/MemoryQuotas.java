package dev.tiergate.limits;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.routes.QuotaUse;
import dev.tiergate.routes.Route.PluginUse;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A plugin's limits of 9 units each, counted in memory, of shadow mode under {@code s:}; writes down what comes back. */
final class MemoryQuotas implements QuotaFactory<MemoryQuotas.Config> {

    private static final long LIMIT = 9;

    final Map<String, Long> used = new HashMap<>();
    final List<String> told = new ArrayList<>();
    /** When there will be more, of those that differ from {@code 2026-03-05T10:20:07.001Z}. */
    final Map<String, @Nullable Instant> resetsAt = new HashMap<>();

    boolean broken;
    boolean thrown;

    record Config() {}

    private record Counted(String code, MemoryQuotas all) implements Quota {

        private static final Instant SOON = Instant.parse("2026-03-05T10:20:07.001Z");

        @Override
        public Future<Taken> take(Call call, long units) {
            if (all.thrown) {
                throw new IllegalStateException("thrown");
            }
            if (all.broken) {
                return Future.failedFuture("broken");
            }
            long before = all.used.getOrDefault(code, 0L);
            boolean fits = before + units <= LIMIT;
            all.used.put(code, fits ? before + units : before);
            Instant end = all.resetsAt.containsKey(code) ? all.resetsAt.get(code) : SOON;
            return Future.succeededFuture(new Taken(fits, new State(LIMIT, all.used.getOrDefault(code, 0L), end)));
        }

        @Override
        public void giveBack(Call call, long units) {
            all.told.add("back " + units + " " + code);
            all.used.merge(code, -units, Long::sum);
        }

        @Override
        public Future<State> read(Entitlements entitlements, Caller caller, boolean shadow, Instant now) {
            if (all.broken) {
                return Future.failedFuture("broken");
            }
            var of = shadow ? "s:" + code : code;
            return Future.succeededFuture(new State(LIMIT, all.used.getOrDefault(of, 0L), null));
        }
    }

    @Override
    public String name() {
        return "counted";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Quota create(String code, Config config) {
        return new Counted(code, this);
    }

    Quotas of(String... codes) {
        Map<String, QuotaUse> uses = new TreeMap<>();
        for (String code : codes) {
            uses.put(code, new QuotaUse(code, this, new Config(), PluginUse.DEFAULT_DEADLINE));
        }
        return Quotas.of(uses, QuotaUse::quota);
    }
}
