package dev.tiergate.identity;

/** A JWKS could not be loaded, and why, in half a sentence. */
final class JwksUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    JwksUnavailable(String why) {
        super(why, null, false, false);
    }
}
