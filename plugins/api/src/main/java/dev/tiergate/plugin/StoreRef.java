package dev.tiergate.plugin;

import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * The tenant that pays.
 *
 * @param externalId what tokens call it
 * @param code what URLs call it
 * @param plan the plan that its tiers belong to
 * @param zone where its days begin
 * @param periodAnchorMicros when its first billing period began, in microseconds since 1970, as exact as the database; a
 *     number, because a gateway holds a hundred thousand stores
 */
public record StoreRef(String externalId, String code, String name, String plan, ZoneId zone, long periodAnchorMicros) {

    public StoreRef(String externalId, String code, String name, String plan, ZoneId zone, Instant periodAnchor) {
        this(externalId, code, name, plan, zone, ChronoUnit.MICROS.between(Instant.EPOCH, periodAnchor));
    }

    /** When its first billing period began. */
    public Instant periodAnchor() {
        return Instant.EPOCH.plus(periodAnchorMicros, ChronoUnit.MICROS);
    }
}
