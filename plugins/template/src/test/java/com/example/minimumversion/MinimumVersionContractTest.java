package com.example.minimumversion;

import dev.tiergate.plugin.testkit.CheckContract;
import dev.tiergate.plugin.testkit.TestCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every check has to keep; only the configurations, and odd requests of its own, are this plugin's. */
class MinimumVersionContractTest extends CheckContract {

    MinimumVersionContractTest() {
        super("minimum-version");
    }

    @Override
    protected List<String> accepted() {
        return List.of("{ minimum: \"2.1\" }", "{ minimum: \"2\", header: X-Client }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "minimum-version lacks 'minimum'",
                "{ minimum: 2.1 }", "minimum must be a version in quotes",
                "{ minimum: newest }", "'minimum' must be a version such as \"2.1\"",
                "{ minimum: \"2.1\", header: X App }", "header must be a header name");
    }

    @Override
    protected Map<String, TestCall> calls() {
        Map<String, TestCall> calls = new LinkedHashMap<>();
        for (var version : List.of("2.1", "", "2..1", "-1", "9".repeat(10), "1.2.3.4.5", "\u0662.\u0661")) {
            calls.put("version '" + version + "'", TestCall.get("/").header("X-App-Version", version));
        }
        return calls;
    }
}
