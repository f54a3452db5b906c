package dev.tiergate.plugin.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.MultiMap;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderCheckTest {

    @Test
    void a_required_header_with_the_value_passes() {
        assertThat(ask(new HeaderConfig(Map.of("X-Client", "web"), null), "x-client", "web"))
                .isEqualTo(Allow.plain());
    }

    @Test
    void a_required_header_with_another_value_is_refused() {
        assertRefused(ask(new HeaderConfig(Map.of("X-Client", "web"), null), "X-Client", "Web"), "header_required");
    }

    @Test
    void a_required_header_that_is_missing_is_refused() {
        assertRefused(ask(new HeaderConfig(Map.of("X-Client", "*"), null), "X-Other", "web"), "header_required");
    }

    @Test
    void a_star_takes_any_value() {
        assertThat(ask(new HeaderConfig(Map.of("X-Client", "*"), null), "X-Client", "anything"))
                .isEqualTo(Allow.plain());
    }

    @Test
    void a_forbidden_value_is_refused_and_another_one_passes() {
        var config = new HeaderConfig(null, Map.of("X-Beta", "on"));
        assertRefused(ask(config, "X-Beta", "on"), "header_forbidden");
        assertThat(ask(config, "X-Beta", "off")).isEqualTo(Allow.plain());
    }

    @Test
    void a_configuration_without_a_rule_says_what_to_write() {
        assertThatThrownBy(() -> new HeaderConfig(null, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("require: { X-Client: web }");
    }

    @Test
    void a_header_name_that_cannot_be_is_said() {
        assertThatThrownBy(() -> new HeaderConfig(Map.of("X Client", "web"), null))
                .hasMessage("'X Client' is no header name");
    }

    private static void assertRefused(Decision decision, String code) {
        assertThat(decision).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason().code()).isEqualTo(code);
            assertThat(refuse.reason().status()).isEqualTo(403);
        });
    }

    private static Decision ask(HeaderConfig config, String name, String value) {
        var headers = MultiMap.caseInsensitiveMultiMap().add(name, value);
        var check = new HeaderCheckFactory().create(config, read(PluginContext.class, "nothing", ""));
        return check.ask(read(Call.class, "headers", headers)).result();
    }

    /** What has this to be read, and nothing else. */
    private static <T> T read(Class<T> type, String only, Object value) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (method.getName().equals(only)) {
                return value;
            }
            throw new AssertionError("The check is to read " + only + " only, not " + method.getName());
        }));
    }
}
