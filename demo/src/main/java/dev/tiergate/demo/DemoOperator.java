package dev.tiergate.demo;

import java.util.List;
import java.util.Locale;

/** Who asks the demo's admin API; the role is the name. */
enum DemoOperator implements DemoCaller {
    VIEWER,
    EDITOR;

    String role() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String tokenFile() {
        return role() + ".jwt";
    }

    @Override
    public String token(DemoKey key) {
        return key.operatorToken("demo-" + role(), List.of(role()), LIFETIME);
    }
}
