package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.perUser;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Eventually;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.telemetry.MetricNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Random operations of two nodes on one Redis, with leases where they are many, held against counters in a map. */
class LedgerModelIT {

    private static final List<LedgerNode> NODES = new ArrayList<>();

    /** Weeks and months only, so that no window ends while an example runs, but at most once. */
    private static final List<Limit> LIMITS = List.of(
            limit("weekly", Window.WEEK, 5),
            limit("monthly", Window.MONTH, 12),
            limit("free", Window.MONTH, Limit.UNLIMITED),
            limit("none", Window.WEEK, 0),
            limit("level", Window.TOTAL, 7),
            limit("parallel", Window.CONCURRENT, 3),
            perUser("own", Window.WEEK, 4));

    private static final List<String> USERS = List.of("a", "b");

    @BeforeContainer
    static void open() {
        NODES.add(LedgerNode.open(Redis.shared().uri()));
        NODES.add(LedgerNode.open(Redis.shared().uri()));
        NODES.forEach(LedgerNode::awaitRecallable);
    }

    @AfterContainer
    static void close() {
        NODES.forEach(LedgerNode::close);
        NODES.clear();
    }

    /** What one client does on one node as one user: charges some limits, or ends its oldest charge, or gives back. */
    record Step(int node, String user, Kind kind, Map<Integer, Integer> units) {
        enum Kind {
            CHARGE,
            KEEP,
            REFUND,
            GIVE_BACK
        }
    }

    private record Open(ChargeRequest request, Receipt receipt, LedgerNode node) {}

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    void the_counters_are_what_a_plain_map_would_hold(@ForAll("steps") @Size(max = 60) List<Step> steps) {
        StoreRef store = Limits.store();
        Map<String, Long> model = new HashMap<>();
        var open = new ArrayList<Open>();
        for (Step step : steps) {
            LedgerNode node = NODES.get(step.node());
            var subject = new Subject(store, step.user(), false);
            var request = new ChargeRequest(subject, lines(step));
            switch (step.kind()) {
                case CHARGE -> charge(node, request, model, open);
                case KEEP -> end(open, model, false);
                case REFUND -> end(open, model, true);
                case GIVE_BACK -> {
                    node.run(() -> node.ledger.giveBack(request));
                    node.settle(subject);
                    each(request, line -> {
                        if (!line.slots()) {
                            model.computeIfPresent(
                                    key(subject, line.limit()), (key, n) -> Math.max(0, n - line.units()));
                        }
                    });
                }
            }
            compare(store, model);
        }
    }

    private static void charge(LedgerNode node, ChargeRequest request, Map<String, Long> model, List<Open> open) {
        boolean fits = request.lines().stream()
                .allMatch(line -> line.limit().unlimited()
                        || model.getOrDefault(key(request.subject(), line.limit()), 0L) + line.units()
                                <= line.limit().value());

        ChargeResult result = node.charge(request);

        assertThat(result instanceof ChargeResult.Charged).isEqualTo(fits);
        if (result instanceof ChargeResult.Charged charged) {
            each(request, line -> model.merge(key(request.subject(), line.limit()), line.units(), Long::sum));
            open.add(new Open(request, charged.receipt(), node));
        }
    }

    /** The oldest exchange ends; a refund comes twice, and counts once. */
    private static void end(List<Open> open, Map<String, Long> model, boolean refunded) {
        if (open.isEmpty()) {
            return;
        }
        Open oldest = open.remove(0);
        oldest.node().run(() -> {
            if (refunded) {
                oldest.receipt().refund(line -> true);
                oldest.receipt().refund(line -> true);
            }
            oldest.receipt().release();
        });
        oldest.node().settle(oldest.request().subject());
        each(oldest.request(), line -> {
            if (refunded || line.slots()) {
                model.computeIfPresent(
                        key(oldest.request().subject(), line.limit()), (key, n) -> Math.max(0, n - line.units()));
            }
        });
    }

    /** Of what another node spent from a lease, a node hears within a second. */
    private static void compare(StoreRef store, Map<String, Long> model) {
        var expected = new TreeMap<>(model);
        expected.values().removeIf(units -> units == 0);
        for (LedgerNode reader : NODES) {
            if (NODES.stream().anyMatch(LedgerModelIT::leases)) {
                Eventually.so("all count the same", () -> counted(reader, store).equals(expected));
            }
            assertThat(counted(reader, store)).isEqualTo(expected);
        }
    }

    private static boolean leases(LedgerNode node) {
        return node.meters.get(MetricNames.LEASES).gauge().value() > 0;
    }

    private static Map<String, Long> counted(LedgerNode reader, StoreRef store) {
        var counted = new TreeMap<String, Long>();
        for (String user : USERS) {
            var subject = new Subject(store, user, false);
            for (Usage usage : reader.on(() -> reader.ledger.read(subject, LIMITS))) {
                if (usage.current() != 0) {
                    counted.put(key(subject, usage.limit()), usage.current());
                }
            }
        }
        return counted;
    }

    private static void each(ChargeRequest request, Consumer<ChargeRequest.Line> deed) {
        request.lines().forEach(deed);
    }

    private static List<ChargeRequest.Line> lines(Step step) {
        return step.units().entrySet().stream()
                .map(entry -> Limits.line(LIMITS.get(entry.getKey()), entry.getValue()))
                .toList();
    }

    private static String key(Subject subject, Limit limit) {
        return limit.code() + (limit.scope() == Limit.Scope.USER ? ":" + subject.user() : "");
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Map<Integer, Integer>> units = Arbitraries.maps(
                        Arbitraries.frequency(
                                Tuple.of(4, 0),
                                Tuple.of(4, 1),
                                Tuple.of(3, 2),
                                Tuple.of(1, 3),
                                Tuple.of(4, 4),
                                Tuple.of(4, 5),
                                Tuple.of(4, 6)),
                        Arbitraries.integers().between(1, 3))
                .ofMinSize(1)
                .ofMaxSize(3);
        Arbitrary<Step.Kind> kinds = Arbitraries.frequency(
                Tuple.of(6, Step.Kind.CHARGE),
                Tuple.of(2, Step.Kind.KEEP),
                Tuple.of(2, Step.Kind.REFUND),
                Tuple.of(1, Step.Kind.GIVE_BACK));
        return Combinators.combine(Arbitraries.integers().between(0, 1), Arbitraries.of(USERS), kinds, units)
                .as(Step::new)
                .list();
    }
}
