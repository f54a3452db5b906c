package dev.tiergate.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Header fields that concern one connection only and end at the gateway (RFC 9110 section 7.6.1). */
final class HopByHop {

    private HopByHop() {}

    /** Compares by length first, so that most names cost one switch. */
    static boolean is(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("te");
            case 7 -> name.equalsIgnoreCase("upgrade");
            case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
            case 14 -> name.equalsIgnoreCase("http2-settings");
            case 16 -> name.equalsIgnoreCase("proxy-connection");
            case 17 -> name.equalsIgnoreCase("transfer-encoding");
            case 18 -> name.equalsIgnoreCase("proxy-authenticate");
            case 19 -> name.equalsIgnoreCase("proxy-authorization");
            case 25 -> name.equalsIgnoreCase("proxy-authentication-info");
            default -> false;
        };
    }

    /** The names that a {@code Connection} field nominates beyond the usual options. */
    static List<String> nominated(List<String> connection) {
        List<String> names = new ArrayList<>();
        for (String value : connection) {
            for (String token : value.split(",", -1)) {
                String name = token.strip();
                if (!name.isEmpty() && !name.equalsIgnoreCase("close") && !name.equalsIgnoreCase("keep-alive")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    static boolean isNominated(String name, List<String> nominated) {
        for (int i = 0; i < nominated.size(); i++) {
            if (nominated.get(i).equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list of comma-separated tokens, of which one may carry parameters, holds {@code token}. */
    static boolean hasToken(@Nullable String value, String token) {
        if (value == null) {
            return false;
        }
        if (value.equalsIgnoreCase(token)) {
            return true;
        }
        for (String part : value.split(",", -1)) {
            int parameters = part.indexOf(';');
            String name = parameters < 0 ? part : part.substring(0, parameters);
            if (name.strip().equalsIgnoreCase(token)) {
                return true;
            }
        }
        return false;
    }
}
