package dev.tiergate.edge;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Content negotiation between the two shapes that a refusal has (RFC 9110, section 12.5.1). */
final class Accept {

    /** Weights have three decimals. */
    private static final int FULL = 1000;

    private Accept() {}

    /** True when the client would rather have HTML than JSON; a tie, or no header at all, means JSON. */
    static boolean prefersHtml(@Nullable String accept) {
        if (accept == null || accept.isEmpty()) {
            return false;
        }
        int html = weight(accept, "text", "html");
        return html > Math.max(weight(accept, "application", "json"), weight(accept, "application", "problem+json"));
    }

    /** The weight that the most specific range gives to a type, in thousandths. */
    private static int weight(String accept, String type, String subtype) {
        int best = 0;
        int weight = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            int specificity = specificity(parts[0].strip(), type, subtype);
            if (specificity > best) {
                best = specificity;
                weight = quality(parts);
            } else if (specificity > 0 && specificity == best) {
                weight = Math.max(weight, quality(parts));
            }
        }
        return weight;
    }

    private static int specificity(String range, String type, String subtype) {
        if (range.equals(type + '/' + subtype)) {
            return 3;
        }
        if (range.equals(type + "/*")) {
            return 2;
        }
        return range.equals("*/*") ? 1 : 0;
    }

    /** The {@code q} parameter; what is not a number of the grammar counts as 0. */
    private static int quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                return thousandths(parameter.substring(2).strip());
            }
        }
        return FULL;
    }

    private static int thousandths(String q) {
        if (!q.matches("1(\\.0{0,3})?|0(\\.[0-9]{0,3})?")) {
            return 0;
        }
        int value = 0;
        for (int i = 0, unit = FULL; i < q.length(); i++) {
            if (q.charAt(i) != '.') {
                value += (q.charAt(i) - '0') * unit;
                unit /= 10;
            }
        }
        return value;
    }
}
