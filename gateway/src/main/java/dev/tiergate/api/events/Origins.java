package dev.tiergate.api.events;

import dev.tiergate.routes.CorsConfig;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which pages may open a WebSocket: a browser lets any page try, with the cookies of the gateway's site (RFC 6455, 10.2). */
final class Origins {

    private Origins() {}

    /**
     * @param origins the values of all Origin headers; none from clients that are no browsers
     * @param own the host that the request is for
     * @param cors the gateway's rules; null for none
     */
    static boolean allowed(List<String> origins, @Nullable HostAndPort own, @Nullable CorsConfig cors) {
        if (origins.isEmpty()) {
            return true;
        }
        if (origins.size() > 1) {
            return false;
        }
        var origin = origins.get(0);
        var named =
                cors != null && (cors.origins().contains("*") || cors.origins().contains(origin));
        return named || (own != null && same(origin, own));
    }

    private static boolean same(String origin, HostAndPort own) {
        try {
            var uri = new URI(origin);
            var scheme = uri.getScheme();
            if (uri.getHost() == null
                    || scheme == null
                    || !scheme.toLowerCase(Locale.ROOT).matches("https?")) {
                return false;
            }
            int usual = scheme.equalsIgnoreCase("https") ? 443 : 80;
            return uri.getHost().equalsIgnoreCase(own.host()) && port(uri.getPort(), usual) == port(own.port(), usual);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int port(int given, int usual) {
        return given < 0 ? usual : given;
    }
}
