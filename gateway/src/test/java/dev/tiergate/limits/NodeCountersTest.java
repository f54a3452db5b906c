package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeCountersTest {

    private static final Limit DAILY = Limits.limit("daily", Window.DAY, 9);

    private final NodeCounters node = new NodeCounters(LedgerNode.NOTHING_STORED, new SimpleMeterRegistry());

    /** Another event loop would count beside it otherwise, with a budget of its own. */
    @Test
    void a_counter_that_somebody_holds_on_to_is_the_same_for_all_however_many_came_since() {
        places(100_000).forEach(node::of);
        List<NodeCounter> held = places(2_000).map(node::of).toList();
        places(50_000).forEach(node::of);

        assertThat(held.stream().filter(counter -> node.of(counter.place()) != counter))
                .isEmpty();
    }

    @Test
    void debts_that_cannot_be_told_now_leave_room_for_those_that_can() {
        List<NodeCounter> owing = places(5_000).map(node::of).toList();
        owing.forEach(counter -> {
            counter.takeLocally(9, 1, 1);
            node.owe(counter);
        });
        var reachable = owing.subList(0, 10);
        List<NodeCounter> told = new ArrayList<>();
        node.settle((counter, debt) -> {
            if (reachable.contains(counter)) {
                return told.add(counter);
            }
            counter.local().notSettled(debt, false);
            return false;
        });

        assertThat(told).containsExactlyInAnyOrderElementsOf(reachable);
    }

    private static Stream<Place> places(int many) {
        return Stream.generate(Limits::subject)
                .limit(many)
                .map(subject -> Place.of(
                        subject,
                        DAILY,
                        Windows.around(
                                        Window.DAY,
                                        subject.store().zone(),
                                        subject.store().periodAnchor(),
                                        Instant.EPOCH)
                                .orElseThrow()));
    }
}
