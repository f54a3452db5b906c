package dev.tiergate.edge;

import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import dev.tiergate.routes.GatingConfig.Denials;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every refusal's bytes: JSON in the dialect of the route, or for those who would rather read it, a page or the way to the
 * upgrade. All values are escaped for where they stand, and none comes from the request's Host.
 */
final class Refusals {

    /** Where a refusal has no wait of its own: our stores answer again in a moment, or clients come back in one. */
    private static final String RETRY_SECONDS = "5";

    private static final int SEE_OTHER = 303;

    private Refusals() {}

    /**
     * What a refusal says besides its own facts.
     *
     * @param storeCode null when the store is not known
     * @param currentTier the store's tier; null when it is not known
     * @param upgradeUrl the template of the gateway's settings
     * @param accept the request's Accept header, several joined by commas; null when it has none
     * @param head whether the request is a HEAD
     */
    record Context(
            String requestId,
            @Nullable String storeCode,
            @Nullable TierRef currentTier,
            Denials denials,
            String upgradeUrl,
            @Nullable String accept,
            boolean head) {

        /** Null when the template asks for a store that is not known. */
        @Nullable
        String filledUpgradeUrl() {
            return UpgradeUrl.fill(upgradeUrl, storeCode);
        }
    }

    static Answer render(Refuse refuse, Context context) {
        Map<String, String> headers = headers(refuse, context);
        if (!Accept.prefersHtml(context.accept())) {
            headers.put("Content-Type", contentType(context.denials()));
            return answer(refuse.reason().status(), headers, json(refuse, context), context);
        }
        RefusalPage.putHeaders(headers);
        Buffer page = Buffer.buffer(RefusalPage.of(refuse, context));
        String upgradeUrl = context.filledUpgradeUrl();
        if (context.denials().html() == Denials.Html.REDIRECT && upgradeUrl != null && upgradeHelps(refuse)) {
            headers.put("Location", upgradeUrl);
            return answer(SEE_OTHER, headers, page, context);
        }
        return answer(refuse.reason().status(), headers, page, context);
    }

    /** True when there is a tier that this very request would pass with. */
    static boolean upgradeHelps(Refuse refuse) {
        return refuse.requiredTier() != null && RefusalJson.ofEntitlement(refuse);
    }

    private static Answer answer(int status, Map<String, String> headers, Buffer body, Context context) {
        headers.put("Content-Length", Integer.toString(body.length()));
        return new Answer(status, headers, context.head() ? Buffer.buffer() : body);
    }

    private static String contentType(Denials denials) {
        return denials.format() == Denials.Format.PROBLEM ? "application/problem+json" : "application/json";
    }

    private static Buffer json(Refuse refuse, Context context) {
        Map<String, @Nullable Object> members = switch (context.denials().format()) {
            case ORION -> RefusalJson.orion(refuse, context);
            case PROBLEM -> RefusalJson.problem(refuse, context);
            case PHOENIX -> PhoenixJson.of(refuse, context);
        };
        return new JsonObject(Collections.unmodifiableMap(members)).toBuffer();
    }

    private static Map<String, String> headers(Refuse refuse, Context context) {
        Map<String, String> headers = new LinkedHashMap<>();
        refuse.headers().forEach((name, value) -> {
            if (singleLine(value)) {
                headers.put(name, value);
            }
        });
        switch (refuse.reason().status()) {
            case 401 -> headers.putIfAbsent("WWW-Authenticate", challenge(refuse));
            case 503 -> headers.putIfAbsent("Retry-After", RETRY_SECONDS);
            default -> {}
        }
        headers.put("Cache-Control", "no-store");
        headers.put("Vary", "Accept, Authorization, Cookie");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Request-Id", context.requestId());
        return headers;
    }

    /** RFC 6750, section 3.1: without a token the challenge names no error. */
    private static String challenge(Refuse refuse) {
        return refuse.reason().code().equals("authentication_required") ? "Bearer" : "Bearer error=\"invalid_token\"";
    }

    private static boolean singleLine(String value) {
        return value.chars().noneMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f || c > 0xff);
    }
}
