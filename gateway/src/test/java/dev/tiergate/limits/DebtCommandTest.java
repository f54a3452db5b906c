package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit.Window;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What Redis answers to units that were let pass without it, while more are asked for. */
class DebtCommandTest {

    private static final long BOUND = 20;
    private static final long OWED = 15;

    /** What an answer is learned with; nothing is sent, and nothing is cold. */
    private final LedgerLoop loop = new LedgerLoop(null, null, null, new CopyKeeper(LedgerNode.NOTHING_STORED), 0);

    private final NodeCounters node = new NodeCounters(LedgerNode.NOTHING_STORED, new SimpleMeterRegistry());
    private final NodeCounter counter = counter();

    /** Tells of one counter, and what happens while it is read. */
    private record Answer(Runnable meanwhile, List<Long> numbers) implements Response {

        private static Answer done(Runnable meanwhile, long charged) {
            return new Answer(meanwhile, List.of((long) LedgerScript.Code.DONE.ordinal(), 0L, 1L, charged, 0L, 1L));
        }

        @Override
        public ResponseType type() {
            return ResponseType.MULTI;
        }

        @Override
        public Response get(int index) {
            meanwhile.run();
            return new Item(numbers.get(index));
        }
    }

    private record Item(long value) implements Response {

        @Override
        public ResponseType type() {
            return ResponseType.NUMBER;
        }

        @Override
        public Long toLong() {
            return value;
        }
    }

    @Test
    void units_are_owed_until_the_counter_holds_them() {
        assertThat(counter.takeLocally(BOUND, OWED, 1)).isEqualTo(OWED);
        var meanwhile = new AtomicLong();
        told().answered(Answer.done(() -> meanwhile.addAndGet(counter.takeLocally(BOUND, BOUND, 1)), OWED));

        assertThat(meanwhile).hasValue(BOUND - OWED);
        assertThat(counter.told().charged()).isEqualTo(OWED);
        assertThat(counter.local().owed()).isEqualTo(BOUND - OWED);
        assertThat(counter.takeLocally(BOUND, 1, 1)).isZero();
    }

    @Test
    void what_failed_is_owed_and_sent_again() {
        counter.takeLocally(BOUND, OWED, 1);
        told().failed(false);

        assertThat(counter.local().owed()).isEqualTo(OWED);
        assertThat(counter.local().beginSettling(node::nextNumber)).isEqualTo(new Debt(2, OWED));
    }

    @Test
    void what_was_not_answered_in_time_is_sent_again_as_it_was() {
        counter.takeLocally(BOUND, OWED, 1);
        told().expired();

        assertThat(counter.local().owed()).isEqualTo(OWED);
        assertThat(counter.local().beginSettling(node::nextNumber)).isEqualTo(new Debt(1, OWED));
    }

    private DebtCommand told() {
        return new DebtCommand(node, counter, loop, counter.local().beginSettling(node::nextNumber));
    }

    private static NodeCounter counter() {
        return new NodeCounter(Place.of(subject(), limit("total", Window.TOTAL, BOUND), (WindowSpan) null));
    }
}
