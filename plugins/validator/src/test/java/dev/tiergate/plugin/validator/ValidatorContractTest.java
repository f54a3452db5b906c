package dev.tiergate.plugin.validator;

import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.plugin.testkit.CheckContract;
import dev.tiergate.plugin.testkit.TestCall;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** With a service that says no to much, and repeats to the client whatever it was told. */
class ValidatorContractTest extends CheckContract {

    private static RecordingBackend rules;

    ValidatorContractTest() {
        super("validator");
    }

    @BeforeAll
    static void startService() throws Exception {
        rules = RecordingBackend.start();
        rules.respond((question, response) -> {
            var told = new String(question.body(), StandardCharsets.UTF_8);
            var answer = new JsonObject()
                    .put("allow", question.target().equals("/yes"))
                    .put("reason", "told_" + told.length())
                    .put("message", told);
            response.end(answer.toBuffer());
        });
    }

    @AfterAll
    static void stopService() {
        rules.close();
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("RULES", rules.uri(), "TOKEN", "Bearer of-the-service");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ url: \"${RULES}/yes\" }",
                "{ url: \"${RULES}/no\", key: [ store, user, roles, tier, feature, route, method, path ] }",
                "{ url: \"${RULES}/no\", ttl: 0s, entries: 1, timeout: 900ms, headers: { Authorization: \"${TOKEN}\" } }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "validator lacks 'url': what is asked, with POST",
                "{ url: /check }", "'url' must begin with http:// or https://",
                "{ url: \"http://169.254.169.254/\" }", "'url'",
                "{ url: \"${RULES}\", key: [ claims ] }", "key[0] must be one of",
                "{ url: \"${RULES}\", timeout: 9ms }", "'timeout' must be from 10ms to 30s");
    }

    @Override
    protected Map<String, TestCall> calls() {
        return Map.of("a question that was asked before", TestCall.get("/"));
    }
}
