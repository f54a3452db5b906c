package dev.tiergate.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;

/** Sends its head at once and then each piece of the body back as it comes; WebSocket messages too. */
final class EchoBackend implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    private EchoBackend(HttpServerOptions options) {
        server = vertx.createHttpServer(options.setHost("127.0.0.1"))
                .requestHandler(EchoBackend::echo)
                .webSocketHandler(socket -> {
                    socket.binaryMessageHandler(socket::writeBinaryMessage);
                    socket.textMessageHandler(text -> {
                        if (text.equals("bye")) {
                            socket.close((short) 4001, "as you wish");
                        } else {
                            socket.writeTextMessage(text);
                        }
                    });
                });
        Edge.await(server.listen(0));
    }

    static EchoBackend start() {
        return new EchoBackend(new HttpServerOptions());
    }

    static EchoBackend startTls(Path keyStore) {
        return new EchoBackend(new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PfxOptions().setPath(keyStore.toString()).setPassword(Certificates.PASSWORD)));
    }

    int port() {
        return server.actualPort();
    }

    String uri() {
        return "http://127.0.0.1:" + port();
    }

    private static void echo(HttpServerRequest request) {
        request.response()
                .setChunked(true)
                .putHeader("X-Version", request.version().name())
                .writeHead();
        request.pipeTo(request.response());
    }

    @Override
    public void close() {
        Edge.await(vertx.close());
    }
}
