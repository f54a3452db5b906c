package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LoggersIT {

    private static final String LOGGERS = "/api/v1/admin/loggers";
    private static final String NAME = "dev.tiergate.upstream.ReverseProxy";
    private static final String ONE = LOGGERS + "/" + NAME;

    private static RunningGateway gateway;
    private static AdminClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start(
                "routes: [ { path: /health, public: true, upstream: shop }, { path: /api, feature: basic_orders, upstream: shop } ]\n");
        gateway.exchange("GET /health HTTP/1.1\r\nHost: gw.test\r\n\r\n");
        client = new AdminClient(gateway);
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    @AfterEach
    void leave() {
        client.put(ONE, new JsonObject().putNull("level"), "*");
    }

    private static JsonObject level(String level) {
        return new JsonObject().put("level", level);
    }

    private static Level real() {
        return ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(NAME)).getEffectiveLevel();
    }

    @Test
    void a_level_is_changed_and_changed_back() {
        var before = client.get(ONE);
        assertThat(before.object().getValue("level")).isNull();
        var after = client.put(ONE, level("debug"), before.etag());
        assertThat(after.object())
                .isEqualTo(new JsonObject()
                        .put("name", NAME)
                        .put("level", "debug")
                        .put("effective", "debug")
                        .putNull("until"));
        assertThat(real()).isEqualTo(Level.DEBUG);
        assertThat(client.put(ONE, level("trace"), before.etag()).status()).isEqualTo(412);
        client.put(ONE, new JsonObject().putNull("level"), after.etag());
        assertThat(client.get(ONE).object()).isEqualTo(before.object());
    }

    @Test
    void a_level_for_a_while_ends_by_itself() throws Exception {
        client.put(ONE, level("warn"), "*");
        var answer = client.put(ONE, level("debug").put("for", "1s"), "*").object();
        assertThat(answer.getString("effective")).isEqualTo("debug");
        assertThat(Instant.parse(answer.getString("until")))
                .isBefore(Instant.now().plusSeconds(2));
        Eventually.holds("the level is as it was", () -> real() == Level.WARN);
        assertThat(client.get(ONE).object().getValue("until")).isNull();
    }

    @Test
    void a_second_while_ends_where_the_first_began() throws Exception {
        client.put(ONE, level("error"), "*");
        client.put(ONE, level("debug").put("for", "24h"), "*");
        client.put(ONE, level("trace").put("for", "1s"), "*");
        assertThat(real()).isEqualTo(Level.TRACE);
        Eventually.holds("the level is as it was", () -> real() == Level.ERROR);
    }

    @Test
    void the_list_has_the_root_and_ours() {
        var names = client.get(LOGGERS).object().getJsonArray("loggers").stream()
                .map(logger -> ((JsonObject) logger).getString("name"))
                .toList();
        assertThat(names).contains("ROOT", "dev.tiergate", NAME).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROOT", "io", "io.vertx", "dev"})
    void what_others_log_below_info_stays_off(String name) {
        LoggerFactory.getLogger("io.vertx");
        for (var level : new String[] {"debug", "trace"}) {
            var answer = client.put(LOGGERS + "/" + name, level(level), "*");
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.pointers()).containsExactly("/level");
        }
    }

    @Test
    void the_root_keeps_a_level() {
        assertThat(client.put(LOGGERS + "/ROOT", new JsonObject().putNull("level"), "*")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void a_logger_that_there_is_not_is_not_made() {
        assertThat(client.get(LOGGERS + "/dev.tiergate.nothing").status()).isEqualTo(404);
        assertThat(client.put(LOGGERS + "/dev.tiergate.nothing", level("debug"), "*")
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "0s", "25h", "86401s", "1d", ""})
    void another_word_is_no_while(String lasting) {
        var answer = client.put(ONE, level("debug").put("for", lasting), "*");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.pointers()).containsExactly("/for");
    }

    @Test
    void only_an_admin_may_and_the_audit_log_says_who_did() throws Exception {
        assertThat(client.as("editor", "PUT", ONE, level("debug").encode(), Map.of("If-Match", "*"))
                        .status())
                .isEqualTo(403);
        client.put(ONE, level("debug").put("for", "10m"), "*");
        var row = AuditRows.last(gateway.database());
        assertThat(row.getString("action")).isEqualTo("set_level");
        assertThat(row.getString("entity_id")).isEqualTo(NAME);
        assertThat(row.getJsonObject("before").getJsonObject("loggers/" + NAME).getString("effective"))
                .isNotEmpty();
        assertThat(row.getJsonObject("after").getJsonObject("loggers/" + NAME))
                .isEqualTo(level("debug").put("for", "10m"));
    }
}
