package dev.tiergate.entitlement;

import java.time.Duration;
import java.util.Optional;

/** What is known about a store. */
public sealed interface Lookup {

    /** @param stale the age of what is known, where it is older than it should be because PostgreSQL is away */
    record Found(StoreEntitlements entitlements, Optional<Duration> stale) implements Lookup {}

    /** PostgreSQL has no such store. */
    record Unknown() implements Lookup {}

    /** @param why one clause for logs and readiness, with nothing secret in it */
    record Unavailable(String why) implements Lookup {}
}
