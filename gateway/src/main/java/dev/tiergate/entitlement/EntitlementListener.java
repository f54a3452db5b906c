package dev.tiergate.entitlement;

/** Told of changes when every answer from then on is by them. Called on the loading context: returns at once, never throws. */
public interface EntitlementListener {

    /** One store changed, came or went. */
    void storeChanged(String externalId, long revision);

    /** The catalogue changed, or any store may have. */
    void allChanged(long revision);
}
