package dev.tiergate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.edge.Refusals.Context;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.TierRef;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal as a small page for people: no script, no outside resource, every value escaped. */
final class RefusalPage {

    private static final String STYLE = ":root{color-scheme:light dark}"
            + "body{margin:0;font:1rem/1.5 system-ui,sans-serif}"
            + "main{max-width:34rem;margin:12vh auto;padding:0 1.5rem}"
            + "h1{font-size:1.5rem;line-height:1.25}"
            + "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}"
            + "dt{opacity:.75}dd{margin:0;overflow-wrap:anywhere}"
            + "a{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:#1a56b0;color:#fff}"
            + "a:focus-visible{outline:3px solid #e8a200;outline-offset:2px}"
            + "small{opacity:.75;overflow-wrap:anywhere}";

    /** Nothing is loaded, run, framed or sent; the one style sheet is named by its digest. */
    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private RefusalPage() {}

    static void putHeaders(Map<String, String> headers) {
        headers.put("Content-Type", "text/html; charset=utf-8");
        headers.put("Content-Security-Policy", POLICY);
        headers.put("Referrer-Policy", "no-referrer");
    }

    static String of(Refuse refuse, Context context) {
        String heading = heading(refuse);
        var page = new StringBuilder(2048);
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"robots\" content=\"noindex\">\n<title>")
                .append(heading)
                .append("</title>\n<style>")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n<h1>")
                .append(heading)
                .append("</h1>\n<p>")
                .append(escape(refuse.detail()))
                .append("</p>\n");
        facts(page, refuse, context);
        String upgradeUrl = context.filledUpgradeUrl();
        if (upgradeUrl != null && Refusals.upgradeHelps(refuse)) {
            page.append("<p><a href=\"").append(escape(upgradeUrl)).append("\">See what an upgrade brings</a></p>\n");
        }
        return page.append("<p><small>Request ")
                .append(escape(context.requestId()))
                .append("</small></p>\n</main>\n</body>\n</html>\n")
                .toString();
    }

    private static String heading(Refuse refuse) {
        if (Refusals.upgradeHelps(refuse)) {
            return refuse.reason().status() == 429
                    ? "The limit of your plan is reached"
                    : "Your plan does not include this";
        }
        return switch (refuse.reason().status()) {
            case 401 -> "Please sign in";
            case 403 -> "You cannot use this";
            case 404 -> "There is nothing here";
            case 429 -> "The limit is reached";
            case 502, 503, 504 -> "This does not work at the moment";
            default -> "This request cannot be served";
        };
    }

    private static void facts(StringBuilder page, Refuse refuse, Context context) {
        if (!RefusalJson.ofEntitlement(refuse)) {
            return;
        }
        var list = new StringBuilder();
        fact(list, "Feature", refuse.feature() == null ? null : refuse.feature().name());
        fact(list, "Your plan", name(context.currentTier()));
        fact(list, "Needed plan", name(refuse.requiredTier()));
        fact(list, "Model", refuse.members().get("requested_model"));
        fact(list, "Used", refuse.members().get("current"));
        fact(list, "Limit", refuse.members().get("limit"));
        fact(list, "Starts anew", refuse.members().get("resets_at"));
        if (list.length() > 0) {
            page.append("<dl>\n").append(list).append("</dl>\n");
        }
    }

    private static void fact(StringBuilder list, String term, @Nullable Object value) {
        if (value != null) {
            list.append("<dt>")
                    .append(term)
                    .append("</dt><dd>")
                    .append(escape(value.toString()))
                    .append("</dd>\n");
        }
    }

    private static @Nullable String name(@Nullable TierRef tier) {
        return tier == null ? null : tier.name();
    }

    /** Safe in text and in quoted attributes; characters that a page must not hold are left out. */
    private static String escape(String text) {
        var safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                    if (c >= 0x20 && c != 0x7f) {
                        safe.append(c);
                    }
                }
            }
        }
        return safe.toString();
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
