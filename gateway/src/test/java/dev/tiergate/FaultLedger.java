package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RecordingBackend;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Both sides' books of a test that breaks something: a line for each request as its sender saw it, and a line for each id
 * that a backend got. Each method that is named {@code i1} to {@code i7} holds one invariant, in the words of the message
 * that it fails with. Requests carry their id as {@value #ID} to the backend and as {@code X-Request-Id} into the log.
 */
final class FaultLedger {

    static final String ID = "X-Ledger-Id";

    /** What a request has for a status whose connection broke before an answer. */
    static final int ABORTED = 0;

    private static final Set<Integer> NEVER_FORWARDED = Set.of(401, 403, 429);

    private final List<RecordingBackend> backends;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, Sent> sent = new ConcurrentHashMap<>();
    private final Map<String, Line> lines = new ConcurrentHashMap<>();

    /** @param counted whether the route asks for the feature whose limit is counted */
    private record Sent(String store, boolean counted, long nanos) {}

    /**
     * A request as its sender saw it.
     *
     * @param reason of a refusal of the gateway's own; empty where there is none
     * @param took from when it was due
     */
    record Line(
            String id,
            String store,
            boolean counted,
            int status,
            String reason,
            boolean retryAfter,
            Duration took,
            long at) {

        boolean good() {
            return status >= 200 && status < 300;
        }

        /** Refused because the counters cannot be had. */
        boolean unavailable() {
            return reason.equals("limits_unavailable");
        }
    }

    FaultLedger(RecordingBackend... backends) {
        this.backends = List.of(backends);
    }

    /** The id of a request that is about to be sent; it is accounted for from now on. */
    String sending(String store, boolean counted, long dueNanos) {
        var id = "q" + ids.incrementAndGet();
        sent.put(id, new Sent(store, counted, dueNanos));
        return id;
    }

    Line answered(String id, int status, String reason, boolean retryAfter) {
        var now = System.nanoTime();
        var request = Objects.requireNonNull(sent.get(id));
        var line = new Line(
                id,
                request.store(),
                request.counted(),
                status,
                reason,
                retryAfter,
                Duration.ofNanos(now - request.nanos()),
                now);
        if (lines.put(id, line) != null) {
            throw new IllegalStateException(id + " has two outcomes");
        }
        return line;
    }

    Line aborted(String id) {
        return answered(id, ABORTED, "", false);
    }

    Collection<Line> lines() {
        return List.copyOf(lines.values());
    }

    long count(Predicate<Line> which) {
        return lines.values().stream().filter(which).count();
    }

    /** What 99 of 100 of these took at most. */
    Duration p99(Predicate<Line> which) {
        return percentile(which, 99);
    }

    Duration median(Predicate<Line> which) {
        return percentile(which, 50);
    }

    private Duration percentile(Predicate<Line> which, int percent) {
        var took =
                lines.values().stream().filter(which).map(Line::took).sorted().toList();
        assertThat(took).isNotEmpty();
        return took.get(took.size() * percent / 100);
    }

    /** All ids that any backend got, with repeats. */
    List<String> forwarded() {
        return backends.stream()
                .flatMap(backend -> backend.requests().stream())
                .map(received -> received.header(ID).orElse("without an id"))
                .toList();
    }

    /** How many counted requests of each store a backend got. */
    Map<String, Long> admitted() {
        var counts = forwarded().stream()
                .map(sent::get)
                .filter(Objects::nonNull)
                .filter(Sent::counted)
                .collect(Collectors.groupingBy(Sent::store, TreeMap::new, Collectors.counting()));
        sent.values().stream().filter(Sent::counted).forEach(request -> counts.putIfAbsent(request.store(), 0L));
        return counts;
    }

    /** All that hold whatever broke: I1, I2, I5 and I7. */
    void holds() {
        i1EveryRequestHasOneOutcome();
        i2TheBackendGotNothingUnsentAndNothingTwice();
        i5NoRefusedRequestReachedTheBackend();
        i7EveryRefusalSaysWhy();
    }

    void i1EveryRequestHasOneOutcome() {
        assertThat(lines.keySet()).as("I1: sent = sum of outcomes").isEqualTo(sent.keySet());
    }

    void i2TheBackendGotNothingUnsentAndNothingTwice() {
        assertThat(forwarded())
                .as("I2: ids at the backend are of the client's, none twice")
                .doesNotHaveDuplicates()
                .allMatch(sent::containsKey);
        assertThat(forwarded())
                .as("I2: what was answered well was at the backend")
                .containsAll(
                        lines.values().stream().filter(Line::good).map(Line::id).toList());
    }

    /** @param overshoot units of each store that are declared to pass besides; 0 in strict mode */
    void i3NoStoreIsOver(Collection<String> stores, long limit, long overshoot) {
        var admitted = admitted();
        assertThat(stores)
                .allSatisfy(store -> assertThat(admitted.get(store))
                        .as("I3: never over, " + store)
                        .isLessThanOrEqualTo(limit + overshoot));
    }

    /**
     * Of what the counters decided, as much was admitted as fits: a 429 says that the limit is reached.
     *
     * @param loss units of each store that are declared to be lost
     */
    void i4NoStoreGotTooLittle(Collection<String> stores, long limit, long loss) {
        var admitted = admitted();
        assertThat(stores).allSatisfy(store -> {
            long decided = count(line -> line.store().equals(store) && (line.good() || line.status() == 429));
            assertThat(admitted.get(store))
                    .as("I4: not too little, " + store)
                    .isGreaterThanOrEqualTo(Math.min(limit, decided) - loss);
        });
    }

    void i5NoRefusedRequestReachedTheBackend() {
        assertThat(forwarded()).as("I5: what is refused stays outside").noneMatch(id -> {
            var line = lines.get(id);
            return line != null && NEVER_FORWARDED.contains(line.status());
        });
    }

    /**
     * Waits, as units that nodes hold in advance are given back when they were not used for a while.
     *
     * @param lost what Redis may have forgotten
     * @param unheard what it may have charged without anybody hearing of it
     */
    void i6CountersAreWithin(RedisCommands redis, long lost, long unheard) throws Exception {
        for (var store : admitted().entrySet()) {
            Eventually.holds("I6: the counter of " + store, () -> {
                long counter = redis.charged(store.getKey());
                return counter >= store.getValue() - lost && counter <= store.getValue() + unheard;
            });
        }
    }

    void i7EveryRefusalSaysWhy() {
        assertThat(lines.values())
                .as("I7: every answer that is no success carries a reason")
                .allMatch(line -> line.good()
                        || line.status() == ABORTED
                        || !line.reason().isEmpty());
    }

    /** The gateway's own books: a line of its log for each refusal, under the id that the client gave. */
    void theLogTellsOfEveryRefusal(LogLines log) throws Exception {
        var refused = ids(line -> line.status() == 429 || line.status() == 503);
        Eventually.holds("as many lines as refusals", () -> logged(log).size() >= refused.size());
        assertThat(logged(log)).containsExactlyInAnyOrderElementsOf(refused);
    }

    private static List<String> logged(LogLines log) {
        return log.all()
                .flatMap(line -> line.getKeyValuePairs().stream())
                .filter(pair -> pair.key.equals("client_request_id"))
                .map(pair -> String.valueOf(pair.value))
                .toList();
    }

    private List<String> ids(Predicate<Line> which) {
        return lines.values().stream().filter(which).map(Line::id).toList();
    }
}
