package dev.tiergate.plugin.reserve;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Limit.Scope;
import dev.tiergate.plugin.Limit.Window;
import dev.tiergate.plugin.testkit.CheckContract;
import dev.tiergate.plugin.testkit.TestCall;
import dev.tiergate.plugin.testkit.TestGateway;
import dev.tiergate.plugin.testkit.TestStore;
import java.util.List;
import java.util.Map;

class ReserveContractTest extends CheckContract {

    ReserveContractTest() {
        super("reserve");
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("KEEP", "500");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ limit: api_calls, keep: 20% }",
                "{ limit: api_calls, keep: 500 }",
                "{ limit: api_calls, keep: \"${KEEP}\" }",
                "{ limit: no_such_limit, keep: 1 }");
    }

    @Override
    protected Map<String, String> refused() {
        var keep = "keep must be a share from 1% to 99%, such as 20%, or units from 1, such as 500, found ";
        return Map.ofEntries(
                Map.entry("{}", "reserve lacks 'limit': the limit whose rest is kept"),
                Map.entry("{ limit: api_calls }", "reserve lacks 'keep': how much of the limit is kept"),
                Map.entry("{ limit: \"\", keep: 1 }", "limit must be the code of a limit, found"),
                Map.entry("{ limit: api_calls, keep: 0% }", keep + "'0%'"),
                Map.entry("{ limit: api_calls, keep: 100% }", keep + "'100%'"),
                Map.entry("{ limit: api_calls, keep: 0 }", keep + "'0'"),
                Map.entry("{ limit: api_calls, keep: -1 }", keep + "'-1'"),
                Map.entry("{ limit: api_calls, keep: 2.5 }", keep + "'2.5'"),
                Map.entry("{ limit: api_calls, keep: \"500\" }", keep + "the text '500'; remove the quotes"),
                Map.entry("{ limit: api_calls, keep: half }", keep + "'half'"),
                Map.entry("{ limit: api_calls, keep: 99999999999999999999 }", keep + "'99999999999999999999'"));
    }

    @Override
    protected Map<String, TestCall> calls() {
        var call = TestCall.get("/")
                .of(TestStore.of(TestGateway.STORE, "essential").limitedBy(limit(600)));
        return Map.of(
                "more is left than is kept", call.used("api_calls", 99),
                "what is left is kept", call.used("api_calls", 100),
                "nothing is left", call.used("api_calls", 700),
                "nothing is allowed",
                        call.of(TestStore.of(TestGateway.STORE, "essential").limitedBy(limit(0))),
                "all is allowed",
                        call.of(TestStore.of(TestGateway.STORE, "enterprise").limitedBy(limit(Limit.UNLIMITED))));
    }

    private static Limit limit(long value) {
        return new Limit("api_calls", "", "API calls", Window.MONTH, Scope.STORE, value);
    }
}
