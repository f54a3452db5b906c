package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.SinkContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;

/** Posts each event to one URL; any 2xx means that it was taken. Redirects are not followed. */
final class WebhookSink implements EventSink, AutoCloseable {

    /** As many as the gateway delivers at once. */
    private static final int CONNECTIONS = 8;

    private final WebhookConfig config;
    private final SinkContext context;
    private final InstantSource clock;
    private final Signer signer;
    private final HttpClient client;

    /** @throws IllegalArgumentException when nothing may be sent to the URL */
    WebhookSink(WebhookConfig config, SinkContext context, InstantSource clock) {
        context.targets().objection(config.target()).ifPresent(objection -> {
            throw new IllegalArgumentException("'url' " + objection);
        });
        this.config = config;
        this.context = context;
        this.clock = clock;
        this.signer = new Signer(config.keys());
        int millis = (int) context.deadline().toMillis();
        this.client = context.vertx()
                .createHttpClient(
                        new HttpClientOptions().setConnectTimeout(millis).setDecompressionSupported(false),
                        new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(CONNECTIONS));
    }

    @Override
    public Future<Void> deliver(Event event) {
        var body = CloudEvent.of(event, config.source());
        long seconds = clock.instant().getEpochSecond();
        var post = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(config.url())
                .setFollowRedirects(false)
                .putHeader(HttpHeaders.CONTENT_TYPE, CloudEvent.MEDIA_TYPE)
                .putHeader(HttpHeaders.USER_AGENT, "tiergate-webhook")
                .putHeader("webhook-id", event.id())
                .putHeader("webhook-timestamp", Long.toString(seconds))
                .putHeader("webhook-signature", signer.sign(event.id(), seconds, body));
        var attempt = new Attempt(context, config.target().getHost(), body);
        client.request(post).onComplete(attempt::connected);
        return attempt.outcome();
    }

    @Override
    public void close() {
        client.close();
    }
}
