package dev.tiergate.plugin.tokenbucket;

import dev.tiergate.plugin.testkit.QuotaContract;
import java.util.List;
import java.util.Map;

class TokenBucketContractTest extends QuotaContract {

    TokenBucketContractTest() {
        super("token-bucket");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ rate: 20/second, burst: 100 }",
                "{ rate: 7/minute, burst: 1, scope: user }",
                "{ rate: 1/hour, burst: 1000000, scope: store }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "lacks 'rate': how many units come back, such as 20/second",
                "{ rate: 20/second }", "lacks 'burst': units that a full bucket holds",
                "{ rate: 20/day, burst: 1 }", "rate must be 1 to 100000 a second, minute or hour, such as 20/second",
                "{ rate: 20/second, burst: 0 }", "burst must be a whole number from 1 to 1000000",
                "{ rate: 20/second, burst: 1, scope: team }", "scope must be one of store, user");
    }
}
