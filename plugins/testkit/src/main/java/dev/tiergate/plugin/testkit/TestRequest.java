package dev.tiergate.plugin.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.fixtures.RawClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a {@link TestGateway}, with a token of {@value TestGateway#STORE} unless it says otherwise. Its lines are
 * sent as they are given, so that it can be as odd as a test wants.
 */
public final class TestRequest {

    private final TestGateway gateway;
    private final String line;
    private final StringBuilder headers = new StringBuilder();
    private final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    private @Nullable String store = TestGateway.STORE;
    private byte[] body = {};

    TestRequest(TestGateway gateway, String method, String target) {
        this.gateway = gateway;
        this.line = method + " " + target + " HTTP/1.1\r\n";
    }

    /** With a token of this store. */
    public TestRequest of(String externalId) {
        store = externalId;
        return this;
    }

    /** Without a token. */
    public TestRequest anonymous() {
        store = null;
        return this;
    }

    /** A claim of its token, besides the usual ones or instead of one. */
    public TestRequest claim(String name, @Nullable Object value) {
        claims.put(name, value);
        return this;
    }

    /** One more header line. */
    public TestRequest header(String name, String value) {
        headers.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    public TestRequest body(String contentType, String text) {
        body = text.getBytes(UTF_8);
        return header("Content-Type", contentType).header("Content-Length", String.valueOf(body.length));
    }

    /** Sends it on a connection of its own, and waits for the whole answer. */
    public RawClient.Response send() {
        var head = new StringBuilder(line).append("Host: gateway.test\r\nAccept: application/json\r\n");
        if (store != null) {
            head.append("Authorization: Bearer ")
                    .append(gateway.token(store, claims))
                    .append("\r\n");
        }
        head.append(headers).append("\r\n");
        try (var client = RawClient.connect(gateway.port())) {
            client.send(head.toString().getBytes(ISO_8859_1)).send(body);
            return line.startsWith("HEAD ") ? client.readHead() : client.read();
        }
    }
}
