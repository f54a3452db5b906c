package dev.tiergate.routes;

/** Whether decisions are carried out; ordered, the weakest of several sources counts. */
public enum Mode {
    /** The gate does not run. */
    OFF,
    /** The gate runs, is recorded, and everything passes. */
    SHADOW,
    ENFORCE;

    public Mode cappedBy(Mode cap) {
        return ordinal() <= cap.ordinal() ? this : cap;
    }
}
