package dev.tiergate.plugin.webhook;

import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.SinkContext;
import java.time.InstantSource;

/** Makes the {@code webhook} sink. */
public final class WebhookSinkFactory implements EventSinkFactory<WebhookConfig> {

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Class<WebhookConfig> configType() {
        return WebhookConfig.class;
    }

    @Override
    public EventSink create(WebhookConfig config, SinkContext context) {
        return new WebhookSink(config, context, InstantSource.system());
    }
}
