package dev.tiergate.edge;

import dev.tiergate.plugin.Check;
import dev.tiergate.routes.CorsConfig;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.Route;
import dev.tiergate.upstream.ReverseProxy;
import dev.tiergate.upstream.Upstreams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop serves by: one routes.yaml with all that is made from it. A request keeps the one that it began with;
 * a reload puts another in its place. The checks of a route are made when it is first asked for.
 */
public final class Serving {

    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

    private final GatewayConfig config;
    private final Supplier<Mode> cap;
    private final @Nullable Gate gate;
    private final Map<String, ReverseProxy> upstreams = new HashMap<>();
    private final Function<Route, List<Check>> chains;
    private final List<@Nullable List<Check>> made;
    private final Map<CorsConfig, Cors> cors = new HashMap<>();
    private final Forwarding forwarding;
    private final ForwardableHeaders inbound;
    private final PublicApis apis;
    private final @Nullable OpenStreams streams;
    private final RefusalListener refusals;
    private final AutoCloseable shared;
    private long gated;
    private boolean retired;

    /**
     * @param cap what the environment and the admin API allow at most, now
     * @param gate null where no route asks for a token, or gating is off
     * @param apis the gateway's own
     * @param streams of this event loop; null where there is no gate
     * @param refusals told of refusals to stores that are known
     * @param shared what the checks of all routes share, closed after them
     */
    public Serving(
            GatewayConfig config,
            Supplier<Mode> cap,
            @Nullable Gate gate,
            Upstreams upstreams,
            Function<Route, List<Check>> chains,
            PublicApis apis,
            @Nullable OpenStreams streams,
            RefusalListener refusals,
            AutoCloseable shared) {
        this.config = config;
        this.cap = cap;
        this.gate = gate;
        config.upstreams().keySet().forEach(name -> this.upstreams.put(name, upstreams.of(name)));
        this.chains = chains;
        this.made = new ArrayList<>(Collections.nCopies(config.routes().size(), null));
        this.forwarding = new Forwarding(config.trustedProxies(), config.clientIpHeader());
        this.inbound = new ForwardableHeaders(stripped(config));
        this.apis = apis;
        this.streams = streams;
        this.refusals = refusals;
        this.shared = shared;
    }

    private static Set<String> stripped(GatewayConfig config) {
        var names = new HashSet<>(config.strip());
        if (config.auth() != null && !config.auth().forward()) {
            names.add("authorization");
        }
        return names;
    }

    GatewayConfig config() {
        return config;
    }

    PublicApis apis() {
        return apis;
    }

    /** The gateway's own mode; a route may have another. */
    Mode mode() {
        return config.gating().mode().cappedBy(cap.get());
    }

    Mode mode(Route route) {
        return config.mode(route).cappedBy(cap.get());
    }

    /** For routes that ask for a token; a configuration has rules for tokens where it has such routes. */
    Gate gate() {
        return Objects.requireNonNull(gate, "a route asks for a token, and the configuration has no auth");
    }

    @Nullable
    OpenStreams streams() {
        return streams;
    }

    RefusalListener refusals() {
        return refusals;
    }

    /** What is asked of an open stream; made each time, as that is seldom. */
    List<Check> chainOfOpen(GatedCall call) {
        return call.asked(chain(call.route())).stream()
                .flatMap(check -> check.again().stream())
                .toList();
    }

    boolean hasUpstream(String name) {
        return upstreams.containsKey(name);
    }

    ReverseProxy upstream(String name) {
        return Objects.requireNonNull(upstreams.get(name), name);
    }

    Forwarding forwarding() {
        return forwarding;
    }

    ForwardableHeaders inbound() {
        return inbound;
    }

    /** @param route null before one is known */
    @Nullable
    Cors cors(@Nullable Route route) {
        var own = route == null ? null : route.cors();
        var rules = own == null ? config.cors() : own;
        return rules == null ? null : cors.computeIfAbsent(rules, Cors::new);
    }

    List<Check> chain(Route route) {
        var chain = made.get(route.index());
        if (chain == null) {
            chain = chains.apply(route);
            made.set(route.index(), chain);
        }
        return chain;
    }

    /** A request begins that asks the checks. */
    void began() {
        gated++;
    }

    /** One of those is over, with all that it had open. */
    void ended() {
        gated--;
        closeUnused();
    }

    /** No new request comes here: what checks hold is given back once the last one that began here is over. */
    void retire() {
        retired = true;
        closeUnused();
    }

    private void closeUnused() {
        if (!retired || gated > 0) {
            return;
        }
        for (var chain : made) {
            if (chain != null) {
                chain.forEach(Serving::close);
            }
        }
        Collections.fill(made, null);
        close(shared);
    }

    @SuppressWarnings("IllegalCatch") // the others are to be closed all the same
    private static void close(Object used) {
        if (used instanceof AutoCloseable owner) {
            try {
                owner.close();
            } catch (Exception e) {
                LOG.error("What a check holds could not be given back", e);
            }
        }
    }
}
