package dev.tiergate.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;

/** What one node knows of the counters it has seen lately, and of the other nodes; shared by its event loops. */
public final class NodeCounters {

    /** Subjects times limits; about 400 bytes each. */
    private static final long MOST = 100_000;

    /** A counter is leased only while there are fewer; about 150 bytes each, besides the counter. */
    private static final int MOST_LEASES = 50_000;

    /** Counters that owe; as many as are known. */
    private static final int MOST_OWING = 100_000;

    /** Debts that are told of at once, so that requests find room between them. */
    private static final int MOST_SETTLED = 500;

    /** Those of a master that is away are passed over, but not without end. */
    private static final int MOST_LOOKED_AT = 20_000;

    private static final int ID_BYTES = 8;
    private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String id = randomId();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong aliveAt = new AtomicLong(System.nanoTime());

    /** One object each, as long as anybody holds on to it, */
    private final Cache<String, NodeCounter> counters =
            Caffeine.newBuilder().weakValues().build();

    /** as is done here with those that were used lately. */
    private final Cache<String, NodeCounter> lately =
            Caffeine.newBuilder().maximumSize(MOST).build();

    private final ConcurrentHashMap<String, HeldLease> leases = new ConcurrentHashMap<>();

    /** Held on to until Redis is told, whatever the cache forgets. */
    private final Set<NodeCounter> owing = ConcurrentHashMap.newKeySet();

    private final DurableCounters durable;
    private final CopyKeeper copies;
    private final io.micrometer.core.instrument.Counter forfeited;

    private final RedisBreakers breakers;
    private final LocalDecisions localDecisions;
    private final io.micrometer.core.instrument.Counter slotsLost;

    private final LivingNodes living = new LivingNodes(id);
    private volatile BooleanSupplier recallable = () -> false;

    /** @param durable where counters are copied to */
    public NodeCounters(DurableCounters durable, MeterRegistry registry) {
        this.durable = durable;
        this.copies = new CopyKeeper(durable);
        this.forfeited = io.micrometer.core.instrument.Counter.builder(MetricNames.LEASE_UNITS_FORFEITED)
                .register(registry);
        this.breakers = new RedisBreakers(System::nanoTime, registry);
        this.slotsLost = registry.counter(MetricNames.REQUESTS_CUT_OFF, "cause", "slots");
        this.localDecisions = new LocalDecisions(System::nanoTime, registry);
        Gauge.builder(MetricNames.LEASES, leases, Map::size).register(registry);
        Gauge.builder(MetricNames.NODES, this, node -> node.living().all().size())
                .register(registry);
    }

    private static String randomId() {
        byte[] random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** What this process is called among the nodes; no other ever is. */
    String id() {
        return id;
    }

    DurableCounters durable() {
        return durable;
    }

    CopyKeeper copies() {
        return copies;
    }

    RedisBreakers breakers() {
        return breakers;
    }

    LocalDecisions localDecisions() {
        return localDecisions;
    }

    /**
     * How well this node can count now.
     *
     * @param away whether an event loop cannot ask Redis
     */
    public LimitsRung rung(boolean away, OnLimitsDown policy) {
        return localDecisions.rung(away, away && holds(System.currentTimeMillis()), policy);
    }

    private boolean holds(long nowMillis) {
        return leases.values().stream().anyMatch(held -> held.lease().hold() > 0 && !held.over(nowMillis));
    }

    /** A request was cut off because its slots could not be kept. */
    void slotsLost() {
        slotsLost.increment();
    }

    /** Units that a lease held and that nobody can use any more. */
    void forfeited(long units) {
        forfeited.increment((double) units);
    }

    /** Numbers an exchange; higher than all before, whatever counter it is about. */
    long nextNumber() {
        return numbers.incrementAndGet();
    }

    NodeCounter of(Place place) {
        return lately.get(place.key(), key -> counters.get(key, unknown -> new NodeCounter(place)));
    }

    /** Makes room for one more lease; false where it has one, or there are too many, or nobody could call it back. */
    boolean add(HeldLease lease) {
        return recallable.getAsBoolean()
                && leases.size() < MOST_LEASES
                && leases.putIfAbsent(lease.counter().place().key(), lease) == null;
    }

    void remove(HeldLease lease) {
        leases.remove(lease.counter().place().key(), lease);
    }

    /** Whether this node hears when another is short of units; while not, it leases nothing. */
    boolean recallable() {
        return recallable.getAsBoolean();
    }

    void recallable(BooleanSupplier now) {
        recallable = now;
    }

    /** Somebody is short of a counter's units. */
    void recall(String key) {
        var held = leases.get(key);
        if (held != null) {
            held.recall();
        }
    }

    /** True for one caller a second. */
    boolean aliveDue(long nanos) {
        long due = aliveAt.get();
        return nanos - due >= 0 && aliveAt.compareAndSet(due, nanos + ALIVE_NANOS);
    }

    /** The nodes that count in the same Redis. */
    LivingNodes living() {
        return living;
    }

    /** Whether some counter's debt was not told yet. */
    boolean owes() {
        return !owing.isEmpty();
    }

    /** Past the bound a counter's debt is settled when it is charged next. */
    void owe(NodeCounter counter) {
        if (owing.size() < MOST_OWING) {
            owing.add(counter);
        }
    }

    /**
     * Gives debts that nobody tells of to the caller, which must report how it went; not all at once.
     *
     * @param teller false for a debt that cannot be told now
     */
    void settle(BiPredicate<NodeCounter, Debt> teller) {
        int left = MOST_SETTLED;
        int looks = MOST_LOOKED_AT;
        for (NodeCounter counter : owing) {
            Debt debt = counter.local().beginSettling(this::nextNumber);
            if (debt != null && teller.test(counter, debt)) {
                left--;
            } else if (debt == null && counter.local().owed() == 0) {
                forget(counter);
            }
            if (left == 0 || --looks == 0) {
                return;
            }
        }
    }

    private void forget(NodeCounter counter) {
        owing.remove(counter);
        if (counter.local().owed() > 0) {
            owing.add(counter); // taken in between
        }
    }
}
