package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SparedCheckTest {

    private static final Call CALL = (Call)
            Proxy.newProxyInstance(Call.class.getClassLoader(), new Class<?>[] {Call.class}, (call, method, args) -> {
                throw new AssertionError("nothing of the call is asked");
            });

    @Test
    void the_check_that_refused_is_spared_for_that_reason_and_no_other() {
        var first = new Answering(refusing(Reason.TIER_TOO_LOW));
        var spared = SparedCheck.in(List.of(first), first, Reason.TIER_TOO_LOW).get(0);
        assertThat(spared.ask(CALL).result()).isEqualTo(Allow.plain());
        var other = SparedCheck.in(List.of(first), first, Reason.LIMIT_REACHED).get(0);
        assertThat(other.ask(CALL).result()).isEqualTo(refusing(Reason.TIER_TOO_LOW));
    }

    @Test
    void another_check_refuses_for_the_same_reason() {
        var first = new Answering(refusing(Reason.TIER_TOO_LOW));
        var second = new Answering(refusing(Reason.TIER_TOO_LOW));
        assertThat(SparedCheck.in(List.of(second), first, Reason.TIER_TOO_LOW)).containsExactly(second);
    }

    @Test
    void what_it_allows_stays_as_it_says() {
        var allow = Allow.plain().withUpstreamHeaders(Map.of("X-Variant", "b"));
        var check = new Answering(allow);
        assertThat(SparedCheck.in(List.of(check), check, Reason.TIER_TOO_LOW)
                        .get(0)
                        .ask(CALL)
                        .result())
                .isEqualTo(allow);
    }

    @Test
    void it_is_spared_while_a_stream_is_open_too() {
        var check = new Answering(refusing(Reason.MODEL_NOT_ALLOWED));
        var open = SparedCheck.in(List.of(check), check, Reason.MODEL_NOT_ALLOWED)
                .get(0)
                .again()
                .orElseThrow();
        assertThat(open.ask(CALL).result()).isEqualTo(Allow.plain());
    }

    private static Refuse refusing(Reason reason) {
        return Refuse.of(reason, "no");
    }

    /** While a stream is open another object answers, as of a check that counts. */
    private static final class Answering implements Check {

        private final Decision answer;

        Answering(Decision answer) {
            this.answer = answer;
        }

        @Override
        public Future<Decision> ask(Call call) {
            return Future.succeededFuture(answer);
        }

        @Override
        public Optional<Check> again() {
            return Optional.of(new Answering(answer));
        }
    }
}
