package dev.tiergate;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The plugin {@code offers}, which refuses nothing, or what it is told to, and offers one change of what something refused.
 *
 * @param asked the reasons after which it was asked
 * @param told how the requests ended that it allowed
 */
record OfferingPlugin(Queue<String> asked, Queue<String> told) implements CheckFactory<OfferingPlugin.Config> {

    OfferingPlugin() {
        this(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    }

    /** How a bad one offers. */
    enum Fault {
        THROWS,
        SILENT
    }

    record Config(
            @Nullable Map<String, String> query,
            @Nullable Map<String, String> headers,
            @Nullable String upstream,
            @Nullable Fault fault,
            @Nullable String refuses) {

        Change change() {
            return new Change(query == null ? Map.of() : query, headers == null ? Map.of() : headers, upstream);
        }
    }

    @Override
    public String name() {
        return "offers";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Check create(Config config, PluginContext context) {
        return new Offering(config);
    }

    private final class Noting implements Settlement {
        @Override
        public void answered(Outcome outcome) {
            told.add(outcome.kind().name());
        }
    }

    private final class Offering implements Check, Fallback {

        private final Config config;

        private Offering(Config config) {
            this.config = config;
        }

        @Override
        public Future<Decision> ask(Call call) {
            return Future.succeededFuture(
                    config.refuses() == null
                            ? Allow.plain().withSettlement(new Noting())
                            : Refuse.of(Reason.forbidden(config.refuses()), "as it was told"));
        }

        @Override
        public Optional<Fallback> fallback() {
            return Optional.of(this);
        }

        @Override
        public Future<Optional<Change>> offer(Call call, Refuse refusal) {
            asked.add(refusal.reason().code());
            if (config.fault() == Fault.THROWS) {
                throw new IllegalStateException("a bad plugin");
            }
            return config.fault() == Fault.SILENT
                    ? Promise.<Optional<Change>>promise().future()
                    : Future.succeededFuture(Optional.of(config.change()));
        }
    }
}
