package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.Secret;
import dev.tiergate.plugin.SinkContext;
import dev.tiergate.routes.SamplePlugins.MailConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventsReaderTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("KEY", "s3cret", "NUMBER", "7", "EMPTY", "");

    private static EventsConfig events(String events) {
        var loader = new RoutesLoader(List.of(), List.of(), SamplePlugins.SINKS, ENVIRONMENT::get);
        var result = loader.load("routes.yaml", """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                %s
                routes: [ { path: /a, public: true, upstream: shop } ]
                """.formatted(events), null);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config().events();
    }

    private static SinkUse sink(String use) {
        return events("events: { sinks: { crm: " + use + " } }").sinks().get("crm");
    }

    @Test
    void without_events_nobody_is_told() {
        assertThat(events("")).isEqualTo(new EventsConfig(Duration.ofDays(30), Map.of()));
    }

    @Test
    void a_sink_has_every_default() {
        var sink = sink("{ mail: { to: a@b } }");
        assertThat(sink.name()).isEqualTo("crm");
        assertThat(sink.kind()).isEqualTo("mail");
        assertThat(sink.config()).isEqualTo(new MailConfig("a@b", null, null, null));
        assertThat(sink.types()).containsExactlyInAnyOrder(Event.Type.values());
        assertThat(sink.deadline()).hasSeconds(10);
        assertThat(sink.giveUpAfter()).hasHours(24);
    }

    @Test
    void a_sink_has_what_it_says() {
        var sink = sink("{ mail: { to: a@b }, types: [ limit-reached ], deadline: 30s, give-up-after: 30d }");
        assertThat(sink.types()).containsExactly(Event.Type.LIMIT_REACHED);
        assertThat(sink.deadline()).hasSeconds(30);
        assertThat(sink.giveUpAfter()).hasDays(30);
        assertThat(sink("{ mail: { to: a@b }, deadline: 10ms, give-up-after: 1m }")
                        .deadline())
                .hasMillis(10);
        assertThat(events("events: { keep: 1d }").keep()).hasDays(1);
        assertThat(events("events: { keep: 400d }").keep()).hasDays(400);
    }

    @Test
    void secrets_come_from_the_environment_as_text_and_are_not_shown() {
        var sink = sink("{ mail: { to: a@b, key: \"${KEY}\", keys: [ \"x${NUMBER}\", \"${NUMBER}\", \"${EMPTY:-}\" ],"
                + " headers: { X-Key: \"Bearer ${KEY}\" } } }");
        assertThat(sink.config())
                .isEqualTo(new MailConfig(
                        "a@b",
                        new Secret("s3cret"),
                        List.of(new Secret("x7"), new Secret("7"), new Secret("")),
                        Map.of("X-Key", new Secret("Bearer s3cret"))));
        assertThat(sink.toString()).doesNotContain("s3cret");
    }

    @Test
    void a_kind_cannot_be_called_like_what_stands_beside_it_nor_like_another() {
        assertThatThrownBy(() -> new EventsReader(List.of(new Named("types")), Map.of()))
                .hasMessage("no kind of event sink can be called types");
        assertThatThrownBy(() -> new EventsReader(List.of(new Named("mail"), new SamplePlugins.Mail()), Map.of()))
                .hasMessage("two kinds of event sinks are called mail");
    }

    private record Named(String name) implements EventSinkFactory<MailConfig> {

        @Override
        public Class<MailConfig> configType() {
            return MailConfig.class;
        }

        @Override
        public EventSink create(MailConfig config, SinkContext context) {
            throw new UnsupportedOperationException();
        }
    }
}
