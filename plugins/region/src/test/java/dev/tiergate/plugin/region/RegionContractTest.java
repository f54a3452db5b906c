package dev.tiergate.plugin.region;

import dev.tiergate.fixtures.MmdbWriter;
import dev.tiergate.plugin.testkit.CheckContract;
import dev.tiergate.plugin.testkit.TestCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class RegionContractTest extends CheckContract {

    @TempDir
    static Path folder;

    RegionContractTest() {
        super("region");
    }

    @BeforeAll
    static void writeDatabase() throws IOException {
        var database = new MmdbWriter(6, "GeoLite2-Country").add("192.0.2.0/24", "LU");
        Files.write(folder.resolve("countries.mmdb"), database.bytes());
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of("COUNTRIES", folder.resolve("countries.mmdb").toString());
    }

    @Override
    protected List<String> accepted() {
        return List.of(
                "{ allow: [ LU, XK ], tiers: { business: {}, essential: { deny: [ DE ] } } }",
                "{ header: X-Country, deny: [ DE ], unknown: pass }",
                "{ database: \"${COUNTRIES}\", allow: [ LU ] }");
    }

    @Override
    protected Map<String, String> refused() {
        return Map.of(
                "{}", "'allow', 'deny' or 'tiers'",
                "{ allow: [ UK ] }", "'UK' is no country code",
                "{ tiers: { basic: { allow: [ UK ] } } }", "'UK' is no country code",
                "{ database: none.mmdb, deny: [ DE ] }", "there is no such file",
                "{ deny: [ DE ], unknown: maybe }", "unknown must be one of refuse, pass");
    }

    @Override
    protected Map<String, TestCall> calls() {
        var proxied = TestCall.get("/").throughTrustedProxy();
        return Map.of(
                "a country", proxied.header("CF-IPCountry", "LU").header("X-Country", "DE"),
                "Tor", proxied.header("CF-IPCountry", "T1"),
                "no country", proxied.header("CF-IPCountry", ""),
                "two countries", proxied.header("CF-IPCountry", "LU").header("CF-IPCountry", "DE"),
                "a country of whoever", TestCall.get("/").header("CF-IPCountry", "LU"),
                "no address", TestCall.get("/").from("192.0.2.1.example.com"));
    }
}
