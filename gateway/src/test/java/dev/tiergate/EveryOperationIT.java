package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Comes after all others, and looks at what they asked of {@link RunningGateway}: what openapi.yaml describes and nobody
 * calls may be anything. In a run of one test it is not among those chosen; by itself it fails.
 */
@Order(Integer.MAX_VALUE)
class EveryOperationIT {

    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    @Test
    void every_operation_was_called_and_answered_well_at_least_once() {
        var good = OpenApi.ours().calls().stream()
                .filter(call -> call.answered() < 4)
                .map(call -> call.method() + " " + call.template())
                .collect(Collectors.toSet());
        var described = new ArrayList<String>();
        OpenApi.ours()
                .document()
                .path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method) && !path.getKey().endsWith("/{any}")) {
                        described.add(method + " " + path.getKey());
                    }
                }));
        assertThat(described).hasSizeGreaterThan(20);
        assertThat(good).as("called, with an answer below 400").containsAll(described);
    }
}
