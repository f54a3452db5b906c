package dev.tiergate.entitlement;

/** How well a node knows what stores may use, from best to worst. While PostgreSQL is away it is the worst of late. */
public enum EntitlementsRung {
    /** PostgreSQL answers. */
    FRESH("fresh"),
    /** PostgreSQL is away; stores are answered from memory. */
    STALE("stale"),
    /** PostgreSQL is away, and stores that are not in memory are answered from copies in Redis. */
    COPY("copy"),
    /** Nothing is known of some stores, or of any. */
    DOWN("down");

    private final String label;

    EntitlementsRung(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
