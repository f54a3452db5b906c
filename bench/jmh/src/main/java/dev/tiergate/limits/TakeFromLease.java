package dev.tiergate.limits;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** Spending units of a lease that holds enough, by one event loop and by two at once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TakeFromLease {

    private static final long LIMIT = Long.MAX_VALUE;

    /** So many that a lease lasts for seconds of taking. */
    private static final double UNITS_A_MILLI = Integer.MAX_VALUE;

    private volatile Lease lease = full();

    private static Lease full() {
        Lease lease = new Lease(LIMIT, () -> 1, UNITS_A_MILLI, 0);
        Lease.Exchange exchange = lease.next(0).orElseThrow();
        lease.answered(exchange.number(), exchange.want());
        return lease;
    }

    @Benchmark
    public boolean by_one_loop() {
        return take();
    }

    @Benchmark
    @Threads(2)
    public boolean by_two_loops() {
        return take();
    }

    @Benchmark
    public boolean and_give_back() {
        return take() && lease.untake(1) == 0;
    }

    private boolean take() {
        if (lease.take(LIMIT, 1)) {
            return true;
        }
        lease = full();
        return lease.take(LIMIT, 1);
    }
}
