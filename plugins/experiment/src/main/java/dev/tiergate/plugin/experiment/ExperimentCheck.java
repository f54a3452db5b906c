package dev.tiergate.plugin.experiment;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Tells the backend the variant in {@code X-Experiment-} and the experiment's name. */
final class ExperimentCheck implements Check {

    private static final Reason EXPERIMENT_EXCLUDED = Reason.forbidden("experiment_excluded");

    private final ExperimentConfig config;
    private final Assignment assignment;

    /** Made beforehand, by variant. */
    private final Map<String, Answer> answers = new HashMap<>();

    /**
     * The two ways to let a request through.
     *
     * @param taking for one that takes part, which is counted when the backend has got it
     * @param apart for one that does not
     */
    private record Answer(Future<Decision> taking, Future<Decision> apart) {}

    /** @param exposures what to run for each request that takes part and reaches the backend, by variant */
    ExperimentCheck(ExperimentConfig config, Function<String, Runnable> exposures) {
        this.config = config;
        this.assignment = new Assignment(config.name(), config.weights());
        for (var variant : config.weights().keySet()) {
            var allow = Allow.plain().withUpstreamHeaders(Map.of("X-Experiment-" + config.name(), variant));
            var counted = allow.withSettlement(counting(exposures.apply(variant)));
            answers.put(variant, new Answer(Future.succeededFuture(counted), Future.succeededFuture(allow)));
        }
    }

    @Override
    public Future<Decision> ask(Call call) {
        var key = key(call.caller());
        var variant = key.map(assignment::variant).orElse(config.control());
        if (!config.allow().isEmpty() && !config.allow().contains(variant)) {
            return excluded(call);
        }
        var answer = Objects.requireNonNull(answers.get(variant), "each variant has one");
        return key.isPresent() && !call.shadow() ? answer.taking() : answer.apart();
    }

    /** Users are told apart within their store only; empty for who takes no part. */
    private Optional<String> key(Caller caller) {
        if (config.off()) {
            return Optional.empty();
        }
        if (config.key() == ExperimentConfig.Key.STORE) {
            return Optional.of(caller.store());
        }
        return Optional.ofNullable(caller.user()).map(user -> caller.store() + "/" + user);
    }

    private static Settlement counting(Runnable exposed) {
        return new Settlement() {
            @Override
            public void answered(Outcome outcome) {
                if (outcome.kind() != Outcome.Kind.NOT_SENT) {
                    exposed.run();
                }
            }
        };
    }

    private static Future<Decision> excluded(Call call) {
        var feature = call.feature().flatMap(code -> call.entitlements().feature(code));
        return Future.succeededFuture(
                Refuse.of(EXPERIMENT_EXCLUDED, "This is part of an experiment, and not open to everybody yet")
                        .withFeature(feature.orElse(null)));
    }
}
