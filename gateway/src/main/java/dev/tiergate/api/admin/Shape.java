package dev.tiergate.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A JSON object by its members. What is read holds the members that were given, checked, and no other. */
final class Shape implements Field {

    private final Map<String, Field> fields;
    private final Set<String> required;

    private Shape(Map<String, Field> fields, Set<String> required) {
        this.fields = fields;
        this.required = required;
    }

    static Shape empty() {
        return new Shape(Map.of(), Set.of());
    }

    Shape required(String name, Field field) {
        var more = new LinkedHashSet<>(required);
        more.add(name);
        return new Shape(with(name, field), more);
    }

    Shape optional(String name, Field field) {
        return new Shape(with(name, field), required);
    }

    /** The same members, none of which has to be there. */
    Shape partial() {
        return new Shape(fields, Set.of());
    }

    Shape without(String name) {
        var fewer = new LinkedHashMap<>(fields);
        fewer.remove(name);
        var needed = new LinkedHashSet<>(required);
        needed.remove(name);
        return new Shape(fewer, needed);
    }

    private Map<String, Field> with(String name, Field field) {
        var more = new LinkedHashMap<>(fields);
        more.put(name, field);
        return more;
    }

    @Override
    public JsonObject read(JsonNode value, String pointer, List<Problem.Fault> faults) {
        var read = new JsonObject();
        if (!value.isObject()) {
            faults.add(Problem.Fault.at(pointer, "is to be an object"));
            return read;
        }
        value.properties().forEach(member -> {
            var name = member.getKey();
            var field = fields.get(name);
            var place = pointer + "/" + Fields.escaped(name);
            if (field == null) {
                faults.add(Problem.Fault.at(place, "is not known, or not to be changed here"));
            } else {
                read.put(name, field.read(member.getValue(), place, faults));
            }
        });
        required.stream()
                .filter(name -> !value.has(name))
                .forEach(name -> faults.add(Problem.Fault.at(pointer + "/" + name, "is missing")));
        return read;
    }
}
