package dev.tiergate.entitlement;

import java.util.List;
import java.util.Locale;

/**
 * What becomes of one tier, feature, limit or model group.
 *
 * @param what such as {@code feature webhooks}
 * @param differences of what is changed, or all that is said of what is added; empty for what is removed
 * @param stores how many have it, or have it afterwards
 */
public record CatalogueChange(Action action, String what, List<Difference> differences, long stores) {

    public enum Action {
        ADDED("+"),
        CHANGED("~"),
        REMOVED("-");

        private final String sign;

        Action(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    /**
     * @param attribute the catalogue file's key, {@code values.TIER} for a limit's value
     * @param from empty for nothing
     */
    public record Difference(String attribute, String from, String to) {}

    static String what(CatalogueEntry entry) {
        return entry.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + entry.code();
    }
}
