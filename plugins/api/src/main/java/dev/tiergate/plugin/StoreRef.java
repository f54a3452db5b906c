package dev.tiergate.plugin;

import java.time.Instant;
import java.time.ZoneId;

/**
 * The tenant that pays.
 *
 * @param externalId what tokens call it
 * @param code what URLs call it
 * @param plan the plan that its tiers belong to
 * @param zone where its days begin
 * @param periodAnchor when its first billing period began
 */
public record StoreRef(String externalId, String code, String name, String plan, ZoneId zone, Instant periodAnchor) {}
