package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tiergate.OpenApi;
import dev.tiergate.entitlement.CacheSettings;
import dev.tiergate.entitlement.EntitlementService;
import dev.tiergate.entitlement.EntitlementSettings;
import dev.tiergate.limits.LinkSettings;
import dev.tiergate.limits.NodeCounters;
import dev.tiergate.limits.PostgresCounters;
import dev.tiergate.limits.RedisUsageLedger;
import dev.tiergate.routes.GatingConfig;
import dev.tiergate.routes.Mode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operations of the code are those of openapi.yaml, with their roles, parameters and preconditions. */
class OperationsTest {

    private final JsonNode document = OpenApi.ours().document();
    private Vertx vertx;
    private EntitlementService entitlements;
    private List<AdminOperation> operations;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        var nowhere = "postgresql://127.0.0.1:1/none";
        var settings = EntitlementSettings.of(nowhere, CacheSettings.from(GatingConfig.DEFAULT));
        entitlements = EntitlementService.start(vertx, settings, new SimpleMeterRegistry());
        var parts = new AdminApi.Parts(
                () -> {
                    throw new IllegalStateException("operations are looked at here, and none is asked");
                },
                Mode.ENFORCE,
                entitlements.cache(),
                () -> RedisUsageLedger.open(
                        vertx,
                        () -> "redis://127.0.0.1:1",
                        new NodeCounters(
                                new PostgresCounters(
                                        entitlements.pool(), Duration.ofSeconds(1), new SimpleMeterRegistry()),
                                new SimpleMeterRegistry()),
                        LinkSettings.DEFAULT));
        operations = AdminApi.operations(
                vertx,
                new AdminDatabase(vertx, () -> nowhere),
                new SharedLedger(vertx, parts.ledger()),
                parts,
                InstantSource.system());
    }

    @AfterEach
    void close() {
        entitlements.close();
        vertx.close();
    }

    @Test
    void each_stands_in_the_file_and_each_of_the_file_is_there() {
        var documented = new ArrayList<String>();
        document.path("paths").properties().forEach(path -> {
            if (path.getKey().startsWith(AdminApi.ROOT) && !path.getKey().endsWith("{any}")) {
                path.getValue().fieldNames().forEachRemaining(method -> {
                    if (!method.equals("parameters") && !method.equals("x-listener")) {
                        documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                    }
                });
            }
        });
        assertThat(operations)
                .extracting(operation -> operation.method().name() + " " + AdminApi.ROOT + operation.path())
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void the_file_names_the_role_that_is_asked_for() {
        assertThat(operations)
                .allSatisfy(operation -> assertThat(
                                documented(operation).path("x-role").asText())
                        .as(operation.path())
                        .isEqualTo(operation.role().text()));
    }

    @Test
    void the_file_names_the_parameters_that_are_read() {
        assertThat(operations)
                .allSatisfy(operation -> assertThat(parameters(operation, "query"))
                        .as(operation.path())
                        .isEqualTo(new TreeSet<>(operation.query())));
    }

    @Test
    void the_file_says_where_a_body_and_if_match_have_to_come() {
        assertThat(operations).allSatisfy(operation -> {
            assertThat(documented(operation).has("requestBody"))
                    .as(operation.path())
                    .isEqualTo(operation.body());
            assertThat(required(operation)).as(operation.path()).isEqualTo(operation.conditional());
        });
    }

    private JsonNode documented(AdminOperation operation) {
        return document.path("paths")
                .path(AdminApi.ROOT + operation.path())
                .path(operation.method().name().toLowerCase(Locale.ROOT));
    }

    private Set<String> parameters(AdminOperation operation, String in) {
        var names = new TreeSet<String>();
        documented(operation).path("parameters").forEach(parameter -> {
            var whole = resolved(parameter);
            if (whole.path("in").asText().equals(in)) {
                names.add(whole.path("name").asText());
            }
        });
        return names;
    }

    private boolean required(AdminOperation operation) {
        for (var parameter : documented(operation).path("parameters")) {
            var whole = resolved(parameter);
            if (whole.path("name").asText().equals("If-Match")) {
                return whole.path("required").asBoolean();
            }
        }
        return false;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
