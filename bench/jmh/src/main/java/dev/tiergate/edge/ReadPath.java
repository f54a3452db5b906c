package dev.tiergate.edge;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading a raw request target: a plain one, one with a query, one that needs a second look. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadPath {

    @Param({
        "/api/v1/analytics/advanced",
        "/api/v1/analytics/advanced?from=2026-11-01&to=2026-11-30",
        "/api/v1/caf%C3%A9/advanced"
    })
    public String target;

    @Benchmark
    public Object read() {
        return PathReader.read(target, "shop.example.com");
    }
}
