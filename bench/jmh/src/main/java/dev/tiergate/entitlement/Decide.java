package dev.tiergate.entitlement;

import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Limit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The one rule: from the tier's view, from overrides over a chain of dependencies, and the limits that go with a feature. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Decide {

    private static final Instant LATER = Fixtures.NOW.plusSeconds(60);

    private final StoreEntitlements plain = Fixtures.store(Fixtures.shop(), "silver", Map.of());
    private final StoreEntitlements overridden = Fixtures.store(
            Fixtures.shop(),
            "silver",
            Map.of(
                    "chain_two",
                    new StoreOverride(true, LATER, Map.of()),
                    "base",
                    new StoreOverride(true, null, Map.of())));

    @Benchmark
    public Availability by_tier() {
        return plain.availability("chain_two", Fixtures.NOW);
    }

    @Benchmark
    public Availability by_tier_too_low() {
        return plain.availability("only_gold", Fixtures.NOW);
    }

    @Benchmark
    public Availability by_override_and_two_dependencies() {
        return overridden.availability("chain_two", Fixtures.NOW);
    }

    @Benchmark
    public List<Limit> limits() {
        return plain.limits("base", Fixtures.NOW);
    }
}
