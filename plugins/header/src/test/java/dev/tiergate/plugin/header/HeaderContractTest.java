package dev.tiergate.plugin.header;

import dev.tiergate.plugin.testkit.CheckContract;
import java.util.List;
import java.util.Map;

class HeaderContractTest extends CheckContract {

    HeaderContractTest() {
        super("header");
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ require: { X-Client: web } }",
                "{ forbid: { X-Client: \"*\" } }",
                "{ require: { Authorization: \"*\" }, forbid: { Cookie: \"*\" } }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "header needs 'require' or 'forbid', such as require: { X-Client: web }",
                "{ require: { \"X Client\": web } }", "'X Client' is no header name",
                "{ require: [ X-Client ] }", "require must be a mapping of header names to values",
                "{ requires: { X-Client: web } }", "unknown key 'requires'; did you mean 'require'?");
    }
}
