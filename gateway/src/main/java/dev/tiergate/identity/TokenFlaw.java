package dev.tiergate.identity;

import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;

/** Why a request has no caller. The sentences are constants, so that nothing of a token, a key or a secret can be in them. */
enum TokenFlaw {
    MISSING(Reason.AUTHENTICATION_REQUIRED, "A bearer token is required", false),
    TWO_TOKENS(Reason.INVALID_TOKEN, "The request carries tokens that contradict each other", false),
    MALFORMED(Reason.INVALID_TOKEN, "The token is not a well-formed signed token", false),
    ALGORITHM(Reason.INVALID_TOKEN, "The token's algorithm is not accepted", false),
    HEADER(Reason.INVALID_TOKEN, "The token's header asks for something that is not accepted", false),
    TYPE(Reason.INVALID_TOKEN, "The token's type is not accepted", false),
    KEY_UNNAMED(Reason.INVALID_TOKEN, "The token does not name its key", false),
    KEY_UNKNOWN(Reason.INVALID_TOKEN, "The token's key is not known", false),
    /** The one flaw that is not the token's own. */
    NO_KEYS(Reason.KEYS_UNAVAILABLE, "Tokens cannot be verified at the moment", false),
    SIGNATURE(Reason.INVALID_TOKEN, "The token's signature does not fit", true),
    PAYLOAD(Reason.INVALID_TOKEN, "The token's content cannot be read", true),
    EXPIRY(Reason.INVALID_TOKEN, "The token has no usable expiry time", true),
    EXPIRED(Reason.INVALID_TOKEN, "The token has expired", true),
    DATES(Reason.INVALID_TOKEN, "The token's dates cannot be read", true),
    NOT_YET(Reason.INVALID_TOKEN, "The token is not valid yet", false),
    LIFETIME(Reason.INVALID_TOKEN, "The token is valid for longer than is accepted", false),
    ISSUER(Reason.INVALID_TOKEN, "The token comes from another issuer", true),
    AUDIENCE(Reason.INVALID_TOKEN, "The token is meant for another audience", true),
    STORE(Reason.INVALID_TOKEN, "The token does not name a store", true),
    USER(Reason.INVALID_TOKEN, "The token's user cannot be read", true),
    ROLES(Reason.INVALID_TOKEN, "The token's roles cannot be read", true);

    @SuppressWarnings("ImmutableEnumChecker") // immutable, but not marked so
    private final Refuse refuse;

    private final boolean worthRemembering;

    TokenFlaw(Reason reason, String detail, boolean worthRemembering) {
        this.refuse = Refuse.of(reason, detail);
        this.worthRemembering = worthRemembering;
    }

    Refuse refuse() {
        return refuse;
    }

    /** True when finding it cost a signature check, and waiting does not mend it. */
    boolean worthRemembering() {
        return worthRemembering;
    }
}
