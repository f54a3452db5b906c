package dev.tiergate.upstream;

import io.vertx.core.http.HttpHeaders;

/** What a backend is told of a gated request and its caller. No client's header of these names reaches it. */
public final class IdentityHeaders {

    /** All of them begin so, and nothing of a client that does is forwarded. */
    public static final String PREFIX = "X-Tiergate-";

    public static final CharSequence DECISION = name("Decision");
    public static final CharSequence FEATURE = name("Feature");
    public static final CharSequence STORE_ID = name("Store-Id");
    public static final CharSequence STORE_CODE = name("Store-Code");
    public static final CharSequence USER = name("User");
    public static final CharSequence TIER = name("Tier");

    /** Only where they are past their time to live. */
    public static final CharSequence ENTITLEMENTS = name("Entitlements");

    /** Signs {@link #STORE_ID} and {@link #FEATURE}, where the upstream has a key. */
    static final CharSequence SIGNATURE = name("Signature");

    private IdentityHeaders() {}

    private static CharSequence name(String last) {
        return HttpHeaders.createOptimized(PREFIX + last);
    }
}
