package dev.tiergate.plugin.region;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.TierRef;
import io.vertx.core.MultiMap;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A call of which this check reads what it may, and nothing else. */
final class RegionCall {

    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private boolean trusted = true;
    private String address = "192.0.2.1";
    private String tier = "essential";

    RegionCall header(String name, String value) {
        headers.add(name, value);
        return this;
    }

    RegionCall fromAnybody() {
        trusted = false;
        return this;
    }

    RegionCall at(String clientAddress) {
        address = clientAddress;
        return this;
    }

    RegionCall of(String tierCode) {
        tier = tierCode;
        return this;
    }

    Call call() {
        return only(
                Call.class,
                Map.of(
                        "headers", () -> headers,
                        "fromTrustedProxy", () -> trusted,
                        "clientAddress", () -> address,
                        "feature", () -> Optional.of("reports"),
                        "entitlements", this::entitlements));
    }

    private Entitlements entitlements() {
        return only(
                Entitlements.class,
                Map.of(
                        "tier", () -> new TierRef(tier, "Tier", 1),
                        "feature", () -> Optional.of(new FeatureRef("reports", "Reports"))));
    }

    private static <T> T only(Class<T> type, Map<String, Supplier<Object>> members) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            var member = members.get(method.getName());
            if (member == null) {
                throw new AssertionError("The check is not to ask for " + method.getName());
            }
            return member.get();
        }));
    }
}
