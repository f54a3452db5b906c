package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plugin in a jar sees of the process that it runs in. */
class SharedClassesTest {

    private final ClassLoader shared = new SharedClasses(SharedClassesTest.class.getClassLoader());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.tiergate.plugin.Check",
                "dev.tiergate.plugin.Quota$Taken",
                "io.vertx.core.Future",
                "io.vertx.core.json.JsonObject",
                "io.netty.buffer.ByteBuf",
                "org.slf4j.Logger",
                "org.jspecify.annotations.Nullable",
            })
    void it_has_the_types_of_the_api_from_the_gateway(String name) throws ClassNotFoundException {
        assertThat(shared.loadClass(name)).isSameAs(Class.forName(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.tiergate.Gateway",
                "dev.tiergate.plugins.PluginCatalogue",
                "dev.tiergate.routes.RoutesLoader",
                "io.vertx.redis.client.Redis",
                "com.fasterxml.jackson.databind.ObjectMapper",
                "com.github.benmanes.caffeine.cache.Cache",
                "org.postgresql.Driver",
            })
    void it_sees_nothing_else_of_the_gateway(String name) throws ClassNotFoundException {
        assertThat(Class.forName(name)).isNotNull();
        assertThatThrownBy(() -> shared.loadClass(name)).isInstanceOf(ClassNotFoundException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.tiergate.plugin.header.HeaderCheck", "io.vertx.corelike.X", "dev.tiergate.plugins.X"})
    void packages_that_only_look_like_those_of_the_api_are_not_shared(String name) {
        assertThat(SharedClasses.isShared(name)).isFalse();
    }

    @Test
    void it_has_the_whole_jdk() throws ClassNotFoundException {
        assertThat(shared.loadClass("java.sql.Connection")).isSameAs(Connection.class);
    }

    @Test
    void it_sees_no_files_of_the_gateway() {
        assertThat(shared.getResource("routes.schema.json")).isNull();
        assertThat(shared.getResource("META-INF/services/dev.tiergate.plugin.QuotaFactory"))
                .isNull();
    }
}
