package dev.tiergate.plugin.validator;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.validator.ValidatorConfig.Fact;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Whether the service has nothing against a request. It is asked once for all that ask the same at the same time. */
final class ValidatorCheck implements Check, AutoCloseable {

    private static final Reason REFUSED = Reason.forbidden("validator_refused");
    private static final String NO_MESSAGE = "A further check refuses this request";

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    private final Set<Fact> key;
    private final Memory memory;
    private final Service service;
    private final Map<String, Future<Answer>> inFlight = new HashMap<>();

    private final Runnable remembered;
    private final Runnable shared;
    private final Runnable asked;
    private final Runnable allowed;
    private final Runnable denied;
    private final Runnable failed;

    ValidatorCheck(Set<Fact> key, Memory memory, Service service, PluginMetrics metrics) {
        this.key = key;
        this.memory = memory;
        this.service = service;
        this.remembered = metrics.counter("requests", "answer", "remembered");
        this.shared = metrics.counter("requests", "answer", "shared");
        this.asked = metrics.counter("requests", "answer", "asked");
        this.allowed = metrics.counter("answers", "outcome", "allowed");
        this.denied = metrics.counter("answers", "outcome", "denied");
        this.failed = metrics.counter("answers", "outcome", "failed");
    }

    @Override
    public Future<Decision> ask(Call call) {
        var question = Question.of(call, key);
        var known = memory.find(question);
        if (known != null) {
            remembered.run();
            return decided(call, known);
        }
        return answer(question).compose(answer -> decided(call, answer));
    }

    private Future<Answer> answer(String question) {
        var underWay = inFlight.get(question);
        if (underWay != null) {
            shared.run();
            return underWay;
        }
        asked.run();
        var answer = service.ask(question);
        if (!answer.isComplete()) {
            inFlight.put(question, answer);
        }
        return answer.onComplete(
                known -> {
                    inFlight.remove(question);
                    memory.keep(question, known);
                    (known.allow() ? allowed : denied).run();
                },
                fault -> {
                    inFlight.remove(question);
                    failed.run();
                });
    }

    private static Future<Decision> decided(Call call, Answer answer) {
        return answer.allow() ? ALLOWED : Future.succeededFuture(refusal(call, answer));
    }

    /** What the service calls its reason is a member: there is no end to what it may say, and reasons label metrics. */
    private static Refuse refusal(Call call, Answer answer) {
        var feature = call.feature().flatMap(code -> call.entitlements().feature(code));
        return Refuse.of(REFUSED, Objects.requireNonNullElse(answer.message(), NO_MESSAGE))
                .withFeature(feature.orElse(null))
                .withMember("cause", answer.reason());
    }

    @Override
    public void close() {
        service.close();
    }
}
