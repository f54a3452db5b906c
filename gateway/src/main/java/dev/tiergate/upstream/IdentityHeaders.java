package dev.tiergate.upstream;

/** What a backend is told of a gated request and its caller. No client's header of these names reaches it. */
public final class IdentityHeaders {

    /** All of them begin so, and nothing of a client that does is forwarded. */
    public static final String PREFIX = "X-Tiergate-";

    public static final String DECISION = PREFIX + "Decision";
    public static final String FEATURE = PREFIX + "Feature";
    public static final String STORE_ID = PREFIX + "Store-Id";
    public static final String STORE_CODE = PREFIX + "Store-Code";
    public static final String USER = PREFIX + "User";
    public static final String TIER = PREFIX + "Tier";

    /** Only where they are past their time to live. */
    public static final String ENTITLEMENTS = PREFIX + "Entitlements";

    /** Signs {@link #STORE_ID} and {@link #FEATURE}, where the upstream has a key. */
    static final String SIGNATURE = PREFIX + "Signature";

    private IdentityHeaders() {}
}
