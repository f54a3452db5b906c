package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApiPagesIT {

    private static final Pattern PART = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"");

    private static RunningGateway gateway;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start("routes: [ { path: /health, public: true, upstream: shop } ]\n");
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }

    @Test
    void the_description_is_served_as_json_without_aliases() {
        var json = new JsonObject(gateway.admin("/openapi.json").text());
        assertThat(json.getString("openapi")).isEqualTo("3.1.0");
        assertThat(json).isEqualTo(new JsonObject(ApiDescription.load().encode()));
        assertThat(json.getJsonObject("paths").fieldNames()).contains("/api/v1/admin/gating");
    }

    @Test
    void the_page_is_made_of_files_that_are_served() {
        var page = gateway.admin("/docs");
        var parts =
                PART.matcher(page.text()).results().map(part -> part.group(1)).toList();
        assertThat(parts)
                .containsExactly(
                        "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/initializer.js", "/openapi.json");
        assertThat(parts)
                .allSatisfy(part -> assertThat(gateway.admin(part).body()).isNotEmpty());
        assertThat(gateway.admin("/docs/initializer.js").text()).contains("/openapi.json");
    }

    @Test
    void the_page_runs_no_script_but_its_own_and_stands_in_no_frame() {
        var page = gateway.admin("/docs");
        assertThat(page.text()).doesNotContainPattern("<script[^>]*>[^<]").doesNotContain("<style", "style=", "onload");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }
}
