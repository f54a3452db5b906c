package dev.tiergate;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.SinkContext;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** The kind {@code post}: posts each event as it is, in JSON. */
public final class PostSink implements EventSinkFactory<PostSink.Config> {

    public record Config(String url) {}

    @Override
    public String name() {
        return "post";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public EventSink create(Config config, SinkContext context) {
        return new Sink(config, context, context.vertx().createHttpClient());
    }

    private record Sink(Config config, SinkContext context, HttpClient client) implements EventSink, AutoCloseable {

        @Override
        public Future<Void> deliver(Event event) {
            var json = new JsonObject()
                    .put("id", event.id())
                    .put("type", event.type().code())
                    .put("time", event.time().toString())
                    .put("store", event.store())
                    .put("data", new JsonObject(event.data()));
            return client.request(
                            new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(config.url()))
                    .compose(request -> request.send(json.toBuffer()))
                    .compose(response -> response.statusCode() == 200
                            ? Future.<Void>succeededFuture()
                            : Future.<Void>failedFuture("it answered " + response.statusCode()))
                    .timeout(context.deadline().toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
