package dev.tiergate.limits;

import static dev.tiergate.limits.Limits.limit;
import static dev.tiergate.limits.Limits.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Window;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * Random grants, charges, settlements, ends and revocations by two nodes, of which each hears of grants when it hears of
 * them, held against a plain model: no grant gives more than its amount, and no unit that was not spent is lost.
 */
class CreditsModelIT {

    private static final long OF_TIER = 6;
    private static final Instant OVER = Instant.parse("2020-01-01T00:00:00Z");
    private static final List<LedgerNode> NODES = new ArrayList<>();

    @BeforeContainer
    static void open() {
        NODES.add(LedgerNode.open(Redis.shared().uri()));
        NODES.add(LedgerNode.open(Redis.shared().uri()));
    }

    @AfterContainer
    static void close() {
        NODES.forEach(LedgerNode::close);
        NODES.clear();
    }

    record Step(Kind kind, int node, int number, int priority) {
        enum Kind {
            GRANT,
            REVOKE,
            END,
            HEAR,
            CHARGE,
            SETTLE
        }
    }

    /** What was charged and may come back, with what each grant gave, in order. */
    private record Open(
            LedgerNode node, ChargeResult.Charged charged, long units, List<Map.Entry<String, Long>> taken) {}

    /** What is true, what each node knows of it, and what is spent. */
    private static final class Model {
        private final Subject subject = Limits.subject();
        private final Map<String, Grant> grants = new HashMap<>();
        private final List<List<Grant>> heard = new ArrayList<>(List.of(List.of(), List.of()));
        private final Map<String, Long> spent = new HashMap<>();
        private final List<Open> open = new ArrayList<>();
        private int ids;

        Limit known(int node) {
            return limit("credits", Window.CREDITS, OF_TIER).withGrants(heard.get(node));
        }

        void grant(int amount, int priority) {
            var id = Integer.toString(++ids);
            grants.put(id, new Grant(id, amount, priority, null));
        }

        void revoke(int number) {
            ids().stream().skip(number).findFirst().ifPresent(grants::remove);
        }

        /** Time goes by: the same grant, whose end is in the past from now on, for whoever asks. */
        void end(int number) {
            ids().stream().skip(number).findFirst().ifPresent(id -> {
                grants.computeIfPresent(id, (key, grant) -> ended(grant));
                heard.replaceAll(known -> known.stream()
                        .map(grant -> grant.id().equals(id) ? ended(grant) : grant)
                        .toList());
            });
        }

        private static Grant ended(Grant grant) {
            return new Grant(grant.id(), grant.amount(), grant.priority(), OVER);
        }

        private List<String> ids() {
            return grants.keySet().stream().sorted().toList();
        }

        void hear(int node) {
            heard.set(node, List.copyOf(grants.values()));
        }

        /** What each grant would give, in order; empty where they hold too little. */
        List<Map.Entry<String, Long>> draw(int node, long units) {
            var order = new ArrayList<>(heard.get(node));
            order.removeIf(grant -> grant.expiresAt() != null);
            order.add(Grant.ofTier(OF_TIER, Instant.parse("2500-01-01T00:00:00Z")));
            order.sort(Comparator.comparing(Grant::priority)
                    .thenComparing(Grant::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(grant -> grant.id().isEmpty() ? 0 : Long.parseLong(grant.id())));
            List<Map.Entry<String, Long>> taken = new ArrayList<>();
            long missing = units;
            for (Grant grant : order) {
                long part = Math.min(missing, grant.amount() - spent.getOrDefault(grant.id(), 0L));
                taken.add(Map.entry(grant.id(), part));
                missing -= part;
            }
            return missing == 0 ? taken : List.of();
        }
    }

    @Property(tries = 80, shrinking = ShrinkingMode.BOUNDED)
    void no_grant_gives_more_than_it_holds_and_none_loses_a_unit(@ForAll("steps") @Size(max = 60) List<Step> steps) {
        var model = new Model();
        for (Step step : steps) {
            switch (step.kind()) {
                case GRANT -> model.grant(step.number() + 1, step.priority());
                case REVOKE -> model.revoke(step.number());
                case END -> model.end(step.number());
                case HEAR -> model.hear(step.node());
                case CHARGE -> charge(model, step.node(), step.number() + 1);
                case SETTLE -> settle(model, step.number());
            }
            compare(model);
        }
    }

    private static void charge(Model model, int number, long units) {
        LedgerNode node = NODES.get(number);
        var taken = model.draw(number, units);

        var result = node.charge(new ChargeRequest(model.subject, List.of(line(model.known(number), units))));

        assertThat(result instanceof ChargeResult.Charged).isEqualTo(!taken.isEmpty());
        if (result instanceof ChargeResult.Charged charged) {
            taken.forEach(part -> model.spent.merge(part.getKey(), part.getValue(), Long::sum));
            model.open.add(new Open(node, charged, units, taken));
        }
    }

    /** Some of the oldest charge comes back, the last that was taken first; a second answer changes nothing. */
    private static void settle(Model model, int number) {
        if (model.open.isEmpty()) {
            return;
        }
        Open oldest = model.open.remove(0);
        long back = Math.min(oldest.units(), number);
        oldest.node().run(() -> {
            oldest.charged().receipt().settle(new long[] {back});
            if (back > 0) {
                oldest.charged().receipt().settle(new long[] {oldest.units()});
            }
        });
        oldest.node().settle(model.subject);
        long left = back;
        for (int i = oldest.taken().size() - 1; i >= 0; i--) {
            var part = oldest.taken().get(i);
            long less = Math.min(left, part.getValue());
            left -= less;
            model.spent.merge(part.getKey(), -less, Long::sum);
        }
    }

    private static void compare(Model model) {
        for (int number = 0; number < NODES.size(); number++) {
            LedgerNode node = NODES.get(number);
            Limit limit = model.known(number);
            Usage usage = node.on(() -> node.ledger.read(model.subject, List.of(limit)))
                    .get(0);
            long rests = 0;
            for (GrantUse use : usage.grants()) {
                assertThat(use.grant().expiresAt()).isNotEqualTo(OVER);
                assertThat(use.spent())
                        .as("grant " + use.grant().id())
                        .isEqualTo(model.spent.getOrDefault(use.grant().id(), 0L))
                        .isLessThanOrEqualTo(use.grant().amount());
                rests += use.remaining();
            }
            assertThat(usage.remaining()).isEqualTo(rests);
            assertThat(usage.grants())
                    .hasSize(1
                            + (int) limit.grants().stream()
                                    .filter(grant -> grant.expiresAt() == null)
                                    .count());
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step.Kind> kinds = Arbitraries.frequency(
                Tuple.of(3, Step.Kind.GRANT),
                Tuple.of(1, Step.Kind.REVOKE),
                Tuple.of(1, Step.Kind.END),
                Tuple.of(4, Step.Kind.HEAR),
                Tuple.of(8, Step.Kind.CHARGE),
                Tuple.of(4, Step.Kind.SETTLE));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(0, 2).map(each -> each * 50))
                .as(Step::new)
                .list();
    }
}
