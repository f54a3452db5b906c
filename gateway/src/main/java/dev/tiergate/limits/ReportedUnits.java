package dev.tiergate.limits;

/** What became of units of which a response tells how many were used. */
final class ReportedUnits {

    private int charges;
    private boolean used;
    private boolean givenBack;

    void told(long taken, long cost) {
        charges++;
        used |= cost > 0;
        givenBack |= cost < taken;
    }

    boolean givenBack() {
        return givenBack;
    }

    /** Whether of so many charges none has used anything. */
    boolean unused(int all) {
        return all > 0 && charges == all && !used;
    }
}
