package dev.tiergate.entitlement;

import dev.tiergate.plugin.Grant;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.StoreRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Turns a store's row into entitlements, leaving out an override that makes no sense. */
final class StoreReader {

    /** What became of a row. */
    sealed interface Reading {

        record Read(StoreEntitlements entitlements) implements Reading {}

        /** The row names what this snapshot does not have. */
        record NotInSnapshot() implements Reading {}

        record Nonsense(String why) implements Reading {}
    }

    /** One object for all the stores of a zone. */
    private static final Map<String, ZoneId> ZONES = new ConcurrentHashMap<>();

    /** PostgreSQL's years go on to where microseconds no longer fit a long. */
    private static final Instant LATEST_ANCHOR = Instant.parse("9999-12-31T23:59:59Z");

    private final Catalogue catalogue;
    private final RejectedRows rejected;

    StoreReader(Catalogue catalogue, RejectedRows rejected) {
        this.catalogue = catalogue;
        this.rejected = rejected;
    }

    /** @param revision of the moment at which the row was read: newer than the snapshot, it may name what that lacks */
    Reading read(StoreRow row, long revision) {
        var zone = zone(row.zone());
        var why = fault(row, zone);
        if (why != null) {
            return new Reading.Nonsense(why);
        }
        var view = catalogue.view(Objects.requireNonNull(row.plan()), Objects.requireNonNull(row.tier()));
        if (view == null || (revision > catalogue.revision() && namesUnknownFeature(row))) {
            return new Reading.NotInSnapshot();
        }
        var id = Objects.requireNonNull(row.externalId());
        var code = Objects.requireNonNull(row.code());
        var ref = new StoreRef(
                id,
                code.equals(id) ? id : code,
                Objects.requireNonNull(row.name()),
                view.plan(),
                Objects.requireNonNull(zone),
                Objects.requireNonNull(row.periodAnchor()));
        return new Reading.Read(new StoreEntitlements(
                ref, "active".equals(row.status()), view, overrides(row), choices(row), grants(row)));
    }

    private static StoreChoices choices(StoreRow row) {
        return StoreChoices.of(row.roles(), row.optIns() == null ? Set.of() : row.optIns());
    }

    private boolean namesUnknownFeature(StoreRow row) {
        return row.overrides().stream()
                .anyMatch(override -> override.feature() == null
                        || catalogue.feature(override.feature()).isEmpty());
    }

    private static @Nullable String fault(StoreRow row, @Nullable ZoneId zone) {
        if (row.externalId() == null
                || !Texts.EXTERNAL_ID.matcher(row.externalId()).matches()) {
            return "has no such external id";
        }
        if (row.code() == null || !Texts.EXTERNAL_ID.matcher(row.code()).matches()) {
            return "has no such code";
        }
        if (row.plan() == null || row.tier() == null) {
            return "has no tier";
        }
        if (zone == null) {
            return "has no such time zone";
        }
        if (row.periodAnchor() == null || row.periodAnchor().isAfter(LATEST_ANCHOR)) {
            return "has no billing anchor of the calendar";
        }
        return Texts.nameFault(row.name());
    }

    private static @Nullable ZoneId zone(@Nullable String name) {
        try {
            // Only names that are good come in, and there are some 600 of them.
            return name == null ? null : ZONES.computeIfAbsent(name, ZoneId::of);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private Map<String, StoreOverride> overrides(StoreRow row) {
        var all = new HashMap<String, StoreOverride>();
        for (var override : row.overrides()) {
            var why = fault(override, row);
            if (why == null) {
                all.put(
                        Objects.requireNonNull(override.feature()),
                        new StoreOverride(
                                Boolean.TRUE.equals(override.enabled()),
                                Texts.instant(override.expiresAt()),
                                amounts(override, row)));
            } else {
                rejected.reject("store_feature_overrides", row.externalId() + "/" + override.feature(), why);
            }
        }
        return Map.copyOf(all);
    }

    private @Nullable String fault(StoreRow.OverrideRow override, StoreRow row) {
        var feature = override.feature() == null
                ? null
                : catalogue.feature(override.feature()).orElse(null);
        if (feature == null || !feature.plan().equals(row.plan())) {
            return "is of a feature that the plan does not have";
        }
        if (override.enabled() == null) {
            return "says neither yes nor no";
        }
        return override.expiresAt() != null && Texts.instant(override.expiresAt()) == null
                ? "expires at no time of the calendar"
                : null;
    }

    private Map<String, Long> amounts(StoreRow.OverrideRow override, StoreRow row) {
        var good = new HashMap<String, Long>();
        override.limits().forEach((code, value) -> {
            var limit = catalogue.limit(code).orElse(null);
            if (value < Limit.UNLIMITED || limit == null || !limit.featureCode().equals(override.feature())) {
                rejected.reject("store_override_limits", row.externalId() + "/" + code, "has no such limit or value");
            } else {
                good.put(code, value);
            }
        });
        return Map.copyOf(good);
    }

    private Map<String, List<Grant>> grants(StoreRow row) {
        if (row.grants() == null || row.grants().isEmpty()) {
            return Map.of();
        }
        var all = new HashMap<String, List<Grant>>();
        for (var grant : row.grants()) {
            var why = fault(grant);
            if (why == null) {
                all.computeIfAbsent(Objects.requireNonNull(grant.limit()), limit -> new ArrayList<>())
                        .add(new Grant(
                                Objects.requireNonNull(grant.id()),
                                Objects.requireNonNull(grant.amount()),
                                (int) Objects.requireNonNullElse(grant.priority(), (long) Grant.USUAL_PRIORITY)
                                        .longValue(),
                                Texts.instant(grant.expiresAt())));
            } else {
                rejected.reject("credit_grants", row.externalId() + "/" + grant.id(), why);
            }
        }
        return Map.copyOf(all);
    }

    private @Nullable String fault(StoreRow.GrantRow grant) {
        var limit =
                grant.limit() == null ? null : catalogue.limit(grant.limit()).orElse(null);
        if (limit == null || limit.window() != Limit.Window.CREDITS || limit.scope() != Limit.Scope.STORE) {
            return "is of no limit that counts a store's credits";
        }
        if (grant.id() == null || grant.id().isEmpty() || grant.amount() == null || grant.amount() < 1) {
            return "has no amount";
        }
        return grant.expiresAt() != null && Texts.instant(grant.expiresAt()) == null
                ? "expires at no time of the calendar"
                : null;
    }

    /** What a store gets that PostgreSQL does not know, where the gateway gives it a tier. */
    static StoreEntitlements unknownStore(String externalId, TierView view) {
        var ref = new StoreRef(externalId, externalId, externalId, view.plan(), ZoneId.of("UTC"), Instant.EPOCH);
        return new StoreEntitlements(ref, true, view, Map.of(), StoreChoices.NONE, Map.of());
    }
}
