package dev.tiergate.upstream;

import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;

/** Where a request to an endpoint goes. */
final class Targets {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private Targets() {}

    static RequestOptions of(URI endpoint) {
        boolean tls = "https".equalsIgnoreCase(endpoint.getScheme());
        int port = endpoint.getPort() >= 0 ? endpoint.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        String host = endpoint.getHost();
        String address = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(port, address))
                .setHost(host)
                .setPort(port)
                .setSsl(tls);
    }
}
