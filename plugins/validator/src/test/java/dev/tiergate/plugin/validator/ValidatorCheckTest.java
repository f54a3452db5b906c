package dev.tiergate.plugin.validator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.plugin.validator.ValidatorConfig.Fact;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ValidatorCheckTest {

    private static final Answer YES = new Answer(true, null, null);
    private static final Answer NO = new Answer(false, "credit_hold", "Overdue");

    private final List<String> questions = new ArrayList<>();
    private final List<Promise<Answer>> waiting = new ArrayList<>();
    private final Map<String, Integer> counted = new HashMap<>();
    private boolean closed;

    private final Service service = new Service() {
        @Override
        public Future<Answer> ask(String question) {
            questions.add(question);
            Promise<Answer> answer = Promise.promise();
            waiting.add(answer);
            return answer.future();
        }

        @Override
        public void close() {
            closed = true;
        }
    };

    private final ValidatorCheck check = check(EnumSet.of(Fact.STORE, Fact.USER, Fact.FEATURE));

    private ValidatorCheck check(Set<Fact> key) {
        var config = new ValidatorConfig("http://rules.example.com/", key, null, null, null, null);
        return new ValidatorCheck(config.key(), new Memory(config, () -> 0), service, (name, tags) -> {
            var series = name + " " + tags[1];
            counted.put(series, 0);
            return () -> counted.merge(series, 1, Integer::sum);
        });
    }

    @Test
    void a_yes_lets_the_request_pass() {
        var decision = check.ask(call("42", "ann"));
        assertThat(decision.isComplete()).isFalse();
        waiting.get(0).complete(YES);
        assertThat(decision.result()).isEqualTo(Allow.plain());
    }

    @Test
    void a_no_refuses_it_with_what_the_service_said() {
        var decision = check.ask(call("42", "ann"));
        waiting.get(0).complete(NO);
        assertRefused(decision, "Overdue", "credit_hold");
    }

    @Test
    void a_no_without_words_has_some_of_ours() {
        var decision = check.ask(call("42", "ann"));
        waiting.get(0).complete(new Answer(false, null, null));
        assertRefused(decision, "A further check refuses this request", null);
    }

    @Test
    void both_answers_are_remembered_for_those_who_ask_the_same() {
        check.ask(call("42", "ann"));
        check.ask(call("43", "bob"));
        waiting.get(0).complete(YES);
        waiting.get(1).complete(NO);
        assertThat(check.ask(call("42", "ann")).result()).isEqualTo(Allow.plain());
        assertRefused(check.ask(call("43", "bob")), "Overdue", "credit_hold");
        assertThat(questions).hasSize(2);
        check.ask(call("42", "bob"));
        assertThat(questions).hasSize(3);
        assertThat(counted).containsEntry("requests remembered", 2).containsEntry("requests asked", 3);
    }

    @Test
    void what_is_under_way_is_not_asked_again() {
        var first = check.ask(call("42", "ann"));
        var second = check.ask(call("42", "ann"));
        var other = check.ask(call("43", "ann"));
        assertThat(questions).hasSize(2);
        waiting.get(0).complete(YES);
        assertThat(first.result()).isEqualTo(Allow.plain());
        assertThat(second.result()).isEqualTo(Allow.plain());
        assertThat(other.isComplete()).isFalse();
        assertThat(counted).containsEntry("requests shared", 1).containsEntry("answers allowed", 1);
    }

    @Test
    void a_failure_is_that_of_all_who_wait_and_not_remembered() {
        var first = check.ask(call("42", "ann"));
        var second = check.ask(call("42", "ann"));
        waiting.get(0).fail(new ServiceException("it answered 500"));
        assertThat(first.failed()).isTrue();
        assertThat(second.cause()).hasMessage("The validator cannot be asked: it answered 500");
        var third = check.ask(call("42", "ann"));
        waiting.get(1).complete(YES);
        assertThat(third.result()).isEqualTo(Allow.plain());
        assertThat(counted).containsEntry("answers failed", 1).containsEntry("answers allowed", 1);
    }

    @Test
    void the_service_is_told_what_the_key_names_and_nothing_else() {
        check.ask(call("42", "ann"));
        check(EnumSet.allOf(Fact.class)).ask(call("42", "ann"));
        assertThat(questions)
                .containsExactly(
                        "{\"store\":\"42\",\"user\":\"ann\",\"feature\":\"basic_orders\"}",
                        "{\"store\":\"42\",\"user\":\"ann\",\"roles\":[\"admin\",\"owner\"],\"tier\":\"business\","
                                + "\"feature\":\"basic_orders\",\"route\":\"orders\",\"method\":\"POST\","
                                + "\"path\":\"/api/orders\"}");
    }

    @Test
    void it_closes_what_it_asks_with() {
        check.close();
        assertThat(closed).isTrue();
    }

    private static void assertRefused(Future<Decision> decision, String detail, @Nullable String cause) {
        assertThat(decision.result()).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason().code()).isEqualTo("validator_refused");
            assertThat(refuse.reason().status()).isEqualTo(403);
            assertThat(refuse.detail()).isEqualTo(detail);
            assertThat(refuse.feature()).isEqualTo(new FeatureRef("basic_orders", "Orders"));
            assertThat(refuse.members()).containsEntry("cause", cause);
        });
    }

    private static Call call(String store, String user) {
        var caller = new Caller(store, user, Set.of("owner", "admin"), Map.of("secret", "s3cret"));
        return answering(
                Call.class,
                Map.of(
                        "caller",
                        caller,
                        "entitlements",
                        entitlements(),
                        "feature",
                        Optional.of("basic_orders"),
                        "routeId",
                        "orders",
                        "method",
                        "POST",
                        "path",
                        "/api/orders"));
    }

    private static Entitlements entitlements() {
        return answering(
                Entitlements.class,
                Map.of(
                        "tier",
                        new TierRef("business", "Business", 3),
                        "feature",
                        Optional.of(new FeatureRef("basic_orders", "Orders"))));
    }

    /** Answers these methods, and no others. */
    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            var answer = answers.get(method.getName());
            if (answer == null) {
                throw new AssertionError("The check is not to ask for " + method.getName());
            }
            return answer;
        }));
    }
}
