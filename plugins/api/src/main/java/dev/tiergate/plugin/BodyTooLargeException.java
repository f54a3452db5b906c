package dev.tiergate.plugin;

/** A body is longer than the check that wanted to read it is willing to hold. */
public final class BodyTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(int maxBytes) {
        super("The body is longer than " + maxBytes + " bytes", null, false, false);
    }
}
