package dev.tiergate.routes;

/** A variable of the environment that cannot be read; the message names it, and never a value. */
public final class VariableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public VariableException(String message) {
        super(message);
    }
}
