package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a plugin is told of a request that it let through. */
class GuardedSettlementTest {

    private static final Refuse NOT_TODAY = Refuse.of(Reason.forbidden("not_today"), "Not today");

    private final GuardScene scene = new GuardScene();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void it_hears_all_and_its_answers_count() {
        var settlement = settling("", new Noting(told, Future.succeededFuture(NOT_TODAY)));
        settlement.began(why -> {});
        settlement.answered(Outcome.answered(200));
        assertThat(settlement.responseHeaders()).containsExactly(Map.entry("X-C", "c"));
        assertThat(scene.onLoop(() -> settlement.again(GuardScene.CALL))).isSameAs(NOT_TODAY);
        settlement.ended();
        assertThat(told).containsExactly("began", "ANSWERED", "ended");
    }

    @Test
    void an_answer_waits_for_what_it_records_but_not_for_longer_than_its_deadline() {
        var recorded = Promise.<Void>promise();
        var settlement = settling(", deadline: 10ms", new Settlement() {
            @Override
            public Future<Void> recorded() {
                return recorded.future();
            }
        });
        assertThat(failure(settlement)).hasMessageContaining("failed");
        assertThat(scene.faults("late")).isEqualTo(1);

        recorded.complete();
        assertThat(scene.onLoop(settlement::recorded)).isNull();
        assertThat(scene.faults("late")).isEqualTo(1);
    }

    private Throwable failure(Settlement settlement) {
        return scene.onLoop(() -> settlement.recorded().transform(done -> Future.succeededFuture(done.cause())));
    }

    @Test
    void one_that_throws_is_counted_and_costs_nothing() {
        var settlement = settling("", new Throwing());
        settlement.began(why -> {});
        settlement.answered(Outcome.answered(200));
        assertThat(failure(settlement)).hasMessageContaining("failed");
        assertThat(settlement.responseHeaders()).isEmpty();
        settlement.ended();
        assertThat(scene.faults("threw")).isEqualTo(5);
    }

    @Test
    void headers_that_cannot_be_sent_are_counted_and_left_out() {
        var settlement = settling("", new Settlement() {
            @Override
            public Map<String, String> responseHeaders() {
                return Map.of("X-C", "c\r\nX-D: d");
            }
        });
        assertThat(settlement.responseHeaders()).isEmpty();
        assertThat(scene.faults("failed")).isEqualTo(1);
    }

    @Test
    void a_stream_of_which_it_cannot_tell_goes_by_on_failure() {
        Future<Decision> never = Promise.<Decision>promise().future();
        var refusing = settling(", deadline: 10ms", new Noting(told, never));
        assertThat(scene.onLoop(() -> refusing.again(GuardScene.CALL)))
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.reason()).isEqualTo(Reason.CHECK_FAILED));
        var passing = settling(", deadline: 10ms, on-failure: pass", new Noting(told, never));
        assertThat(scene.onLoop(() -> passing.again(GuardScene.CALL))).isEqualTo(Allow.plain());
        assertThat(scene.faults("late")).isEqualTo(2);
    }

    @Test
    void one_that_blocks_is_named() {
        var settlement = settling("", new Settlement() {
            @Override
            public void answered(Outcome outcome) {
                Eventually.so("it is found out", () -> scene.faults("blocked") == 1);
            }
        });
        scene.onLoop(() -> {
            settlement.answered(Outcome.answered(200));
            return Future.succeededFuture();
        });
        assertThat(scene.faults("blocked")).isEqualTo(1);
    }

    private Settlement settling(String options, Settlement settlement) {
        var check = scene.guarded(
                options, call -> Future.succeededFuture(Allow.plain().withSettlement(settlement)));
        return ((Allow) scene.ask(check)).settlement();
    }

    private record Noting(List<String> told, Future<Decision> further) implements Settlement {

        @Override
        public void began(OpenRequest request) {
            told.add("began");
        }

        @Override
        public void answered(Outcome outcome) {
            told.add(outcome.kind().name());
        }

        @Override
        public Map<String, String> responseHeaders() {
            return Map.of("X-C", "c");
        }

        @Override
        public Future<Decision> again(Call call) {
            return further;
        }

        @Override
        public void ended() {
            told.add("ended");
        }
    }

    private static final class Throwing implements Settlement {

        @Override
        public void began(OpenRequest request) {
            throw new IllegalStateException("a bad plugin");
        }

        @Override
        public void answered(Outcome outcome) {
            throw new NoClassDefFoundError("a/library/of/another/version");
        }

        @Override
        public Future<Void> recorded() {
            throw new IllegalStateException("a bad plugin");
        }

        @Override
        public Map<String, String> responseHeaders() {
            throw new IllegalStateException("a bad plugin");
        }

        @Override
        public void ended() {
            throw new IllegalStateException("a bad plugin");
        }
    }
}
