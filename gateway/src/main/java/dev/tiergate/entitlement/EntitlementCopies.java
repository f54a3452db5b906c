package dev.tiergate.entitlement;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.tiergate.entitlement.EntitlementSource.LoadedStore;
import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Copies of stores and of the catalogue, for the time in which PostgreSQL is away. Each load leaves one in a
 * {@link TextKeeper}: the rows as they were read, not yet believed, with the time at which they were true. A copy that is
 * too old, of another version or damaged is no copy. All runs on the loading context.
 */
final class EntitlementCopies {

    /** Of the JSON below; another number is not read. */
    private static final int VERSION = 1;

    private static final String CATALOGUE = "tg:catalogue";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
            .build();

    private final TextKeeper texts;
    private final InstantSource clock;
    private final Supplier<Duration> maxStale;
    private final MeterRegistry registry;

    private record CopyOfStore(int version, Instant at, LoadedStore content) {}

    private record CopyOfCatalogue(int version, Instant at, CatalogueRows content) {}

    /** What became of looking for a copy, where there was reason to. */
    private enum Look {
        USED,
        EXPIRED,
        UNREADABLE,
        FAILED
    }

    /** @param age since it was true */
    record Found<T>(T content, Duration age) {}

    /** @param maxStale how old a copy may be */
    EntitlementCopies(TextKeeper texts, InstantSource clock, Supplier<Duration> maxStale, MeterRegistry registry) {
        this.texts = texts;
        this.clock = clock;
        this.maxStale = maxStale;
        this.registry = registry;
        // so that each series begins with 0
        for (var look : Look.values()) {
            counter(look);
        }
    }

    /** A store that is not there leaves none. */
    void keep(String id, LoadedStore loaded) {
        if (texts == TextKeeper.NONE) {
            return;
        }
        if (loaded.row() == null) {
            texts.remove(key(id));
        } else {
            put(key(id), new CopyOfStore(VERSION, clock.instant(), loaded));
        }
    }

    void keep(CatalogueRows rows) {
        if (texts != TextKeeper.NONE) {
            put(CATALOGUE, new CopyOfCatalogue(VERSION, clock.instant(), rows));
        }
    }

    private void put(String key, Object copy) {
        try {
            texts.put(key, JSON.writeValueAsString(copy), maxStale.get());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("rows are plain values", e);
        }
    }

    /** Never fails. */
    Future<Optional<Found<LoadedStore>>> store(String id) {
        return texts.get(key(id))
                .map(text -> text.flatMap(this::readStore))
                .recover(fault -> this.<LoadedStore>failed());
    }

    /** Never fails. */
    Future<Optional<Found<CatalogueRows>>> catalogue() {
        return texts.get(CATALOGUE)
                .map(text -> text.flatMap(this::readCatalogue))
                .recover(fault -> this.<CatalogueRows>failed());
    }

    private Optional<Found<LoadedStore>> readStore(String text) {
        try {
            var copy = JSON.readValue(text, CopyOfStore.class);
            Objects.requireNonNull(copy.content().row());
            return believed(copy.version(), copy.at(), copy.content());
        } catch (JsonProcessingException | NullPointerException e) {
            return unreadable();
        }
    }

    private Optional<Found<CatalogueRows>> readCatalogue(String text) {
        try {
            var copy = JSON.readValue(text, CopyOfCatalogue.class);
            Objects.requireNonNull(copy.content());
            return believed(copy.version(), copy.at(), copy.content());
        } catch (JsonProcessingException | NullPointerException e) {
            return unreadable();
        }
    }

    private <T> Optional<Found<T>> believed(int version, Instant at, T content) {
        if (version != VERSION) {
            return unreadable();
        }
        var age = Duration.between(at, clock.instant());
        if (age.compareTo(maxStale.get()) > 0) {
            count(Look.EXPIRED);
            return Optional.empty();
        }
        count(Look.USED);
        // another node's clock may be ahead of this one's
        return Optional.of(new Found<>(content, age.isNegative() ? Duration.ZERO : age));
    }

    private <T> Optional<Found<T>> unreadable() {
        count(Look.UNREADABLE);
        return Optional.empty();
    }

    private <T> Future<Optional<Found<T>>> failed() {
        count(Look.FAILED);
        return Future.succeededFuture(Optional.empty());
    }

    private void count(Look look) {
        counter(look).increment();
    }

    private Counter counter(Look look) {
        return registry.counter(
                MetricNames.ENTITLEMENT_COPIES, "outcome", look.name().toLowerCase(Locale.ROOT));
    }

    private static String key(String id) {
        return "tg:{" + id + "}:entitlements";
    }
}
