package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.RunNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Comes after all others, and looks at what they asked of {@link RunningGateway}: what openapi.yaml describes and nobody
 * calls may be anything. Runs only after all of them; by itself it fails.
 */
class EveryOperationIT {

    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    private static final Pattern GOOD = Pattern.compile(" [123]xx$");

    @Test
    void every_operation_was_called_and_answered_well_at_least_once() {
        var good = RunNotes.all(OpenApi.NOTES).stream()
                .flatMap(String::lines)
                .filter(call -> GOOD.matcher(call).find())
                .map(call -> call.substring(0, call.lastIndexOf(' ')))
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
