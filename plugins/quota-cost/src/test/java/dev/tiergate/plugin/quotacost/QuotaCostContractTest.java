package dev.tiergate.plugin.quotacost;

import dev.tiergate.plugin.testkit.CostContract;
import dev.tiergate.plugin.testkit.TestCall;
import java.util.List;
import java.util.Map;

class QuotaCostContractTest extends CostContract {

    QuotaCostContractTest() {
        super("quota-cost");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ body: 64KiB }",
                "{ query: limit, per: 100 }",
                "{ headers: { X-Prompt-Tokens: 1, X-Completion-Tokens: 4 }, per: 1000 }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{ per: 7 }", "quota-cost needs one of 'body', 'query' and 'headers', such as body: 1MiB",
                "{ body: 1KiB, query: rows }", "quota-cost needs one of",
                "{ body: 1TB }", "body must be a size such as 512B, 64KiB or 1MiB",
                "{ query: rows, per: 0 }", "per must be a whole number from 1 to 1000000000",
                "{ headers: { \"X Cost\": 1 } }", "'X Cost' is no header name, or stands twice");
    }

    @Override
    protected List<String> headers() {
        return List.of("X-Prompt-Tokens", "X-Completion-Tokens");
    }

    @Override
    protected Map<String, TestCall> calls() {
        return Map.of("more digits than a number has", TestCall.get("/?limit=" + "0".repeat(40) + "9".repeat(40)));
    }
}
