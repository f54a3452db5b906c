package dev.tiergate.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where and how Redis keeps a counter; equal by its key. */
final class Place {

    private static final long NONE = 0;

    /** In the place of a window's start, before a grant's id. */
    private static final String GRANT = "g:";

    private final String store;
    private final @Nullable CounterCopy copy;
    private final String key;
    private final byte[] bytes;
    private final byte[] epoch;
    private final Kind kind;
    private final long from;
    private final long till;

    private Place(String store, @Nullable CounterCopy copy, String key, Kind kind, long from, long till) {
        this.store = store;
        this.copy = copy;
        this.key = key;
        this.bytes = key.getBytes(UTF_8);
        this.epoch = epochOf(store);
        this.kind = kind;
        this.from = from;
        this.till = till;
    }

    /** How a counter counts, by the script's letter. */
    private enum Kind {
        WINDOW("w"),
        LEVEL("l"),
        GRANT("g"),
        SLOTS("s");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }
    }

    /** @param span null for a limit that never starts anew; of credits, the billing period */
    static Place of(Subject subject, Limit limit, @Nullable WindowSpan span) {
        String store = subject.store().externalId();
        String key = key(subject, limit, span);
        boolean slots = limit.window() == Limit.Window.CONCURRENT;
        String user = limit.scope() == Limit.Scope.USER ? subject.user() : null;
        CounterCopy copy =
                slots || subject.shadow() ? null : new CounterCopy(store, user, null, limit.code(), span, 0, 0, 0);
        if (span != null) {
            Kind kind = limit.window() == Limit.Window.CREDITS ? Kind.GRANT : Kind.WINDOW;
            return new Place(store, copy, key, kind, millisUp(span.start()), millisUp(span.end()));
        }
        return new Place(store, copy, key, slots ? Kind.SLOTS : Kind.LEVEL, NONE, NONE);
    }

    /** Of a grant there is no first millisecond: it counts from when it is known. */
    static Place of(Subject subject, Limit limit, Grant grant) {
        String store = subject.store().externalId();
        String key = key(store, subject.shadow(), limit.code(), GRANT + grant.id(), null);
        WindowSpan span = grant.expiresAt() == null ? null : new WindowSpan(Instant.EPOCH, grant.expiresAt());
        CounterCopy copy =
                subject.shadow() ? null : new CounterCopy(store, null, grant.id(), limit.code(), span, 0, 0, 0);
        return new Place(store, copy, key, Kind.GRANT, NONE, span == null ? NONE : millisUp(span.end()));
    }

    static Place of(CounterCopy copy) {
        WindowSpan span = copy.span();
        String part =
                copy.grant() != null ? GRANT + copy.grant() : span == null ? Names.of(Limit.Window.TOTAL) : start(span);
        String key = key(copy.store(), false, copy.limit(), part, copy.user());
        return span == null
                ? new Place(copy.store(), copy, key, Kind.LEVEL, NONE, NONE)
                : new Place(copy.store(), copy, key, Kind.WINDOW, millisUp(span.start()), millisUp(span.end()));
    }

    private static String key(Subject subject, Limit limit, @Nullable WindowSpan span) {
        return key(
                subject.store().externalId(),
                subject.shadow(),
                limit.code(),
                span == null ? Names.of(limit.window()) : start(span),
                limit.scope() == Limit.Scope.USER ? Objects.requireNonNull(subject.user()) : null);
    }

    private static String start(WindowSpan span) {
        return Long.toString(span.start().getEpochSecond());
    }

    /** All keys of a store share its hash tag; the user, who may be called anything, stands last. */
    private static String key(String store, boolean shadow, String limit, String window, @Nullable String user) {
        var key = new StringBuilder("tg:")
                .append(shadow ? "s:" : "")
                .append('{')
                .append(store)
                .append("}:")
                .append(limit)
                .append(':')
                .append(window);
        if (user != null) {
            key.append(":u:").append(user);
        }
        return key.toString();
    }

    /** Stands as long as the store's counters do. */
    static byte[] epochOf(String store) {
        return ("tg:{" + store + "}:epoch").getBytes(UTF_8);
    }

    /** Redis counts whole milliseconds: the first that is not before the instant. */
    private static long millisUp(Instant instant) {
        return instant.plusNanos(999_999).toEpochMilli();
    }

    /** True for what counts how much of a grant is spent, the tier's too. */
    boolean ofGrant() {
        return kind == Kind.GRANT;
    }

    String key() {
        return key;
    }

    /** The store's external id. */
    String store() {
        return store;
    }

    /** The first millisecond after the window; 0 where there is none. */
    long till() {
        return till;
    }

    boolean endedAt(long redisMillis) {
        return till > 0 && redisMillis >= till;
    }

    /** What to keep of the counter; empty where nothing is kept, as of slots and of shadow mode. */
    Optional<CounterCopy> copy(Told told) {
        return Optional.ofNullable(copy).map(empty -> empty.as(told));
    }

    /** Adds the key that stands as long as the store's counters do. */
    void addEpoch(Request request) {
        request.arg(epoch);
    }

    void addKey(Request request) {
        request.arg(bytes);
    }

    /** Adds the script's five arguments of a key. */
    void describe(Request request, long units, long limit) {
        request.arg(kind.letter).arg(units).arg(limit).arg(from).arg(till);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Place place && key.equals(place.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }
}
