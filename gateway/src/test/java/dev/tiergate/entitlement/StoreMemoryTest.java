package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a store without overrides costs in memory, by a heap histogram of live objects before and after many are loaded:
 * {@code mvn -pl gateway -am test -Dtest=StoreMemoryTest -Dsurefire.failIfNoSpecifiedTests=false} writes it by class
 * to {@code gateway/target/store-memory-*.txt}.
 */
class StoreMemoryTest {

    private static final int STORES = 50_000;

    private static final int MOST_BYTES = 350;

    /** What the collector fills holes with; nobody's object. */
    private static final String FILLER = "FillerElement;";

    /** {@code  1:  123456  7654321  java.lang.String (java.base@17)}. */
    private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+)");

    /** Held only to take room. */
    Map<String, Long> other = Map.of();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Waiting.get(vertx.close());
    }

    @Test
    void a_store_without_overrides_takes_less_than_350_bytes() throws JMException, IOException {
        measure("", "id");
    }

    @Test
    void one_with_a_code_of_its_own_takes_no_more() throws JMException, IOException {
        measure("shop-", "code");
    }

    private void measure(String code, String name) throws JMException, IOException {
        var each = each(code);
        Files.writeString(Path.of("target", "store-memory-" + name + ".txt"), report(each) + System.lineSeparator());
        assertThat(sum(each)).as(report(each)).isLessThan(MOST_BYTES);
    }

    private Map<String, Double> each(String code) throws JMException {
        var cache = cache(code);
        // the first histogram is counted by the second, as one before it is by the first
        other = histogram();
        var before = histogram();
        other = Map.of();
        for (int i = 0; i < STORES; i++) {
            // as a token and a row bring them: no string is another one
            assertThat(Waiting.get(cache.find("1000" + i))).isInstanceOf(Lookup.Found.class);
        }
        var after = histogram();
        assertThat(cache.size()).isEqualTo(STORES);
        var each = new HashMap<String, Double>();
        after.forEach((type, bytes) -> each.put(type, (bytes - before.getOrDefault(type, 0L)) / (double) STORES));
        return each;
    }

    private static double sum(Map<String, Double> each) {
        return each.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String report(Map<String, Double> each) {
        return each.entrySet().stream()
                        .filter(type -> type.getValue() >= 1)
                        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                        .map(type -> String.format("%6.1f bytes of %s%n", type.getValue(), type.getKey()))
                        .collect(Collectors.joining())
                + String.format("%6.1f bytes in all", sum(each));
    }

    /** Bytes of live objects by class. */
    private static Map<String, Long> histogram() throws JMException {
        var text = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return LINE.matcher(text)
                .results()
                .filter(line -> !line.group(3).endsWith(FILLER))
                .collect(Collectors.toMap(line -> line.group(3), line -> Long.valueOf(line.group(2)), Long::sum));
    }

    private EntitlementCache cache(String code) {
        var loading = new Loading(vertx, vertx.getOrCreateContext());
        var copies = new EntitlementCopies(
                TextKeeper.NONE, InstantSource.system(), CacheSettings.DEFAULT::maxStale, new SimpleMeterRegistry());
        var source = new ManyStores(code);
        var snapshots = new Snapshots(loading, source, (table, key, why) -> {}, copies);
        Waiting.get(snapshots.read());
        return new EntitlementCache(
                loading,
                source,
                snapshots,
                CacheSettings.DEFAULT,
                CacheBounds.DEFAULT.withDeadline(Duration.ofSeconds(10)),
                System::nanoTime,
                copies);
    }

    /**
     * Every id is a store, each with a name and a billing anchor of its own.
     *
     * @param code before the id
     */
    private record ManyStores(String code) implements EntitlementSource {

        @Override
        public Future<CatalogueRows> catalogue() {
            return Future.succeededFuture(Catalogues.at(1, Catalogues.rows(Fixtures.SHOP)));
        }

        @Override
        public Future<LoadedStore> store(String id) {
            var number = Integer.parseInt(id);
            var row = new StoreRow(
                    String.valueOf(number),
                    code + number,
                    "Shop " + number,
                    "shop",
                    "gold",
                    "active",
                    "Europe/Berlin",
                    Instant.ofEpochSecond(number * 60L),
                    List.of(),
                    Map.of(),
                    null,
                    null);
            return Future.succeededFuture(new LoadedStore(1, row));
        }

        @Override
        public Future<Long> revision() {
            return Future.succeededFuture(1L);
        }
    }
}
