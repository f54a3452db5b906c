package dev.tiergate.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a JSON value has to be. */
@FunctionalInterface
interface Field {

    /**
     * The value as a {@code JsonObject} holds it; anything where it is wrong, which is then among the faults.
     *
     * @param pointer where it stands (RFC 6901)
     */
    @Nullable
    Object read(JsonNode value, String pointer, List<Problem.Fault> faults);
}
