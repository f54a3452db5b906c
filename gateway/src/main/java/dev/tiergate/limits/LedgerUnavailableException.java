package dev.tiergate.limits;

/** The counters did not answer in time. */
public final class LedgerUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LedgerUnavailableException() {
        super("The usage counters do not answer", null, false, false);
    }
}
