package dev.tiergate.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.plugin.Limit;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where and how Redis keeps a counter; equal by its key. */
final class Place {

    private static final long NONE = 0;

    private final String key;
    private final byte[] bytes;
    private final Kind kind;
    private final long from;
    private final long till;

    private Place(String key, Kind kind, long from, long till) {
        this.key = key;
        this.bytes = key.getBytes(UTF_8);
        this.kind = kind;
        this.from = from;
        this.till = till;
    }

    /** How a counter counts, by the script's letter. */
    private enum Kind {
        WINDOW("w"),
        LEVEL("l"),
        SLOTS("s");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }
    }

    /** @param span null for a limit that never starts anew */
    static Place of(Subject subject, Limit limit, @Nullable WindowSpan span) {
        String key = key(subject, limit, span);
        if (span != null) {
            return new Place(key, Kind.WINDOW, millisUp(span.start()), millisUp(span.end()));
        }
        return new Place(key, limit.window() == Limit.Window.CONCURRENT ? Kind.SLOTS : Kind.LEVEL, NONE, NONE);
    }

    /** All keys of a store share its hash tag; the user, who may be called anything, stands last. */
    private static String key(Subject subject, Limit limit, @Nullable WindowSpan span) {
        var key = new StringBuilder("tg:")
                .append(subject.shadow() ? "s:" : "")
                .append('{')
                .append(subject.store().externalId())
                .append("}:")
                .append(limit.code())
                .append(':')
                .append(span == null ? Names.of(limit.window()) : span.start().getEpochSecond());
        if (limit.scope() == Limit.Scope.USER) {
            key.append(":u:").append(Objects.requireNonNull(subject.user()));
        }
        return key.toString();
    }

    /** Redis counts whole milliseconds: the first that is not before the instant. */
    private static long millisUp(Instant instant) {
        return instant.plusNanos(999_999).toEpochMilli();
    }

    String key() {
        return key;
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
