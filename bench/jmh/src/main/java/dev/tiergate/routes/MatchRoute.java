package dev.tiergate.routes;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Matching paths of four segments in a small table and in a large one: literals, wildcards and rests in turn. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatchRoute {

    /** The same few in both tables, so that both stay as near to the processor. */
    private static final int ASKED = 8;

    @Param({"10", "10000"})
    public int routes;

    private RouteTable table;
    private List<CanonicalPath> paths;
    private int next;

    @Setup
    public void build() {
        table = Routes.table(
                IntStream.range(0, routes).mapToObj(MatchRoute::route).toArray(String[]::new));
        paths = IntStream.range(0, ASKED)
                .mapToObj(n -> Paths.path(area(n * (routes / 10)) + "/items"))
                .toList();
    }

    private static String route(int n) {
        String area = area(n);
        return switch (n % 3) {
            case 0 -> "path: " + area + "/items";
            case 1 -> "path: \"" + area + "/{item}\"";
            default -> "path: " + area + "/**";
        };
    }

    /** As long in both tables. */
    private static String area(int n) {
        return String.format("/api/v1/area-%04d", n);
    }

    @Benchmark
    public Match match() {
        next = (next + 1) % ASKED;
        return table.match("shop.example.com", "GET", paths.get(next), name -> null);
    }
}
