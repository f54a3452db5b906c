package dev.tiergate.limits;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.PluginUse;
import dev.tiergate.telemetry.CostReport;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Charges what a route takes from its limits, the last of all checks, so that a refusal never costs. */
public final class LimitCheck implements Check, AutoCloseable {

    private static final long DEFAULT_UNITS = 1;

    private final Route route;
    private final UsageLedger ledger;
    private final OnLimitsDown policy;
    private final boolean rateLimitHeaders;
    private final RateLimitFields rateLimit = new RateLimitFields();
    private final LimitWatch watch;
    private final Consumer<CostReport> reports;
    private final Quotas quotas;
    private final List<Price> takes;
    private final List<Price> gives;
    private final List<Price> counted; // by plugins

    /** Stores of one tier share their limits' list, and so what is taken of it. */
    private List<Limit> windowedOf = List.of();

    private List<ChargeRequest.Line> windowed = List.of();

    /**
     * @param rateLimitHeaders whether responses carry RateLimit and RateLimit-Policy
     * @param watch sees every charge
     * @param quotas limits that plugins count
     * @param costs what a plugin tells of a charge, for the present event loop
     * @param reports told what responses say that requests cost
     */
    public LimitCheck(
            Route route,
            UsageLedger ledger,
            OnLimitsDown policy,
            boolean rateLimitHeaders,
            LimitWatch watch,
            Quotas quotas,
            Function<PluginUse, Cost> costs,
            Consumer<CostReport> reports) {
        this.route = route;
        this.ledger = ledger;
        this.policy = policy;
        this.rateLimitHeaders = rateLimitHeaders;
        this.watch = watch;
        this.reports = reports;
        this.quotas = quotas;
        this.takes = prices(charge -> charge.cost() > 0 && !quotas.holds(charge.limit()), costs);
        this.gives = prices(charge -> charge.cost() < 0, costs);
        this.counted = prices(charge -> quotas.holds(charge.limit()), costs);
    }

    private List<Price> prices(Predicate<Charge> which, Function<PluginUse, Cost> costs) {
        return route.charges().stream()
                .filter(which)
                .map(charge -> Price.of(charge, costs))
                .toList();
    }

    @Override
    public Future<Decision> ask(Call call) {
        return charge(call, KeyHold.NONE);
    }

    /** @param hold of the request's key; told at once where it is refused, else once its outcome is known */
    Future<Decision> charge(Call call, KeyHold hold) {
        List<QuotaLine> lines = counted.isEmpty() ? List.of() : quotas.lines(call, counted);
        if (lines.isEmpty()) {
            return count(call, null, hold);
        }
        var charge = new QuotaCharge(call, lines, rateLimitHeaders && !call.shadow(), reports);
        return charge.take()
                .compose(decision -> decision.fold(
                        allow -> countAfter(charge, allow, call, hold),
                        refuse -> Future.<Decision>succeededFuture(dropped(hold, refuse))));
    }

    /** What was taken before comes back where this refuses, or fails. */
    private Future<Decision> countAfter(QuotaCharge taken, Allow allow, Call call, KeyHold hold) {
        return count(call, taken, hold)
                .onFailure(fault -> taken.answered(Outcome.NOT_SENT))
                .map(decision -> decision.<Decision>fold(allow::and, refuse -> {
                    taken.answered(Outcome.NOT_SENT);
                    return refuse;
                }));
    }

    private Future<Decision> count(Call call, @Nullable QuotaCharge taken, KeyHold hold) {
        List<ChargeRequest.Line> lines = lines(call);
        List<ChargeRequest.Line> less = lines(call, gives);
        if (call.caller().user() == null && (countsUsers(lines) || countsUsers(less))) {
            return Future.succeededFuture(dropped(hold, LimitRefusal.noUser()));
        }
        var subject = subject(call);
        var request = new ChargeRequest(subject, lines);
        var after = less.isEmpty() ? null : new ChargeRequest(subject, less);
        var pass = new Pass(call, request, after, taken, hold);
        return lines.isEmpty() ? Future.succeededFuture(allowUncharged(pass)) : charge(pass);
    }

    private Future<Decision> charge(Pass pass) {
        var held = ledger.chargeHeld(pass.request());
        return held == null
                ? ledger.charge(pass.request()).map(result -> decide(pass, result))
                : Future.succeededFuture(allow(pass, held));
    }

    /**
     * For what was charged before: takes what is in flight, and nothing else.
     *
     * @param hold told where it is refused
     */
    Future<Decision> repeat(Call call, KeyHold hold) {
        List<ChargeRequest.Line> lines = lines(call);
        if (call.caller().user() == null && countsUsers(lines)) {
            return Future.succeededFuture(dropped(hold, LimitRefusal.noUser()));
        }
        var subject = subject(call);
        var slots = new ChargeRequest(
                subject, lines.stream().filter(ChargeRequest.Line::slots).toList());
        var pass = new Pass(call, slots, null, null, KeyHold.NONE);
        Future<Decision> taken = slots.lines().isEmpty() ? Future.succeededFuture(Allow.plain()) : charge(pass);
        return taken.compose(decision -> decision.fold(
                allow -> withNumbers(call, new ChargeRequest(subject, lines), allow),
                refuse -> Future.<Decision>succeededFuture(dropped(hold, refuse))));
    }

    /** A free repeat says what is left like any request; where it cannot be read, it says nothing. */
    private Future<Decision> withNumbers(Call call, ChargeRequest whole, Allow allow) {
        if (!rateLimitHeaders || call.shadow() || whole.lines().isEmpty()) {
            return Future.succeededFuture(allow);
        }
        List<Limit> limits =
                whole.lines().stream().map(ChargeRequest.Line::limit).toList();
        return ledger.read(whole.subject(), limits)
                .<Decision>map(numbers -> allow.withResponseHeaders(
                        rateLimit.of(whole.lines(), numbers, RateLimitFields.binding(whole.lines(), numbers))))
                .otherwise(allow);
    }

    private static Refuse dropped(KeyHold hold, Refuse refuse) {
        hold.drop();
        return refuse;
    }

    static Subject subject(Call call) {
        return new Subject(call.entitlements().store(), call.caller().user(), call.shadow());
    }

    private List<ChargeRequest.Line> lines(Call call) {
        return route.charges().isEmpty() ? windowed(call) : lines(call, takes);
    }

    /** Without a charge of its own a route takes 1 of each windowed limit of its feature. */
    private List<ChargeRequest.Line> windowed(Call call) {
        String feature = route.feature();
        if (feature == null) {
            return List.of();
        }
        List<Limit> limits = call.entitlements().limits(feature, call.now());
        if (limits != windowedOf) {
            windowed = windowed(limits);
            windowedOf = limits;
        }
        return windowed;
    }

    private static List<ChargeRequest.Line> windowed(List<Limit> limits) {
        return limits.stream()
                .filter(limit -> limit.window().calendar())
                .map(limit -> new ChargeRequest.Line(limit, DEFAULT_UNITS, Charge.On.ATTEMPT))
                .toList();
    }

    private static List<ChargeRequest.Line> lines(Call call, List<Price> prices) {
        if (prices.isEmpty()) {
            return List.of();
        }
        List<ChargeRequest.Line> lines = new ArrayList<>(prices.size());
        for (Price price : prices) {
            Limit limit = call.entitlements().limit(price.limit(), call.now()).orElse(null);
            ChargeRequest.Line line = limit == null ? null : price.line(call, limit);
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static boolean countsUsers(List<ChargeRequest.Line> lines) {
        for (ChargeRequest.Line line : lines) {
            if (line.limit().scope() == Limit.Scope.USER) {
                return true;
            }
        }
        return false;
    }

    private Decision decide(Pass pass, ChargeResult result) {
        return result.<Decision>fold(
                charged -> allow(pass, charged), over -> refuse(pass, over), unavailable -> withoutCounters(pass));
    }

    private Decision withoutCounters(Pass pass) {
        if (policy == OnLimitsDown.DENY) {
            return dropped(pass.hold(), unavailable(pass.call()));
        }
        return ledger.chargeLocally(pass.request())
                .<Decision>fold(
                        charged -> locally(pass, charged),
                        over -> refuse(pass, over),
                        unavailable -> dropped(pass.hold(), unavailable(pass.call())));
    }

    private Allow locally(Pass pass, ChargeResult.Charged charged) {
        if (!pass.call().shadow()) {
            ledger.decidedLocally(true);
        }
        return allow(pass, charged).asFailOpen();
    }

    /** What Redis keeps cannot be had, and nothing lets the request pass without it. */
    Refuse unavailable(Call call) {
        if (!call.shadow()) {
            ledger.decidedLocally(false);
        }
        return LimitRefusal.unavailable();
    }

    private Allow allow(Pass pass, ChargeResult.Charged charged) {
        ChargeRequest request = pass.request();
        List<Usage> numbers = charged.numbers();
        watch.charged(request.subject(), request.lines(), numbers);
        int first = RateLimitFields.binding(request.lines(), numbers);
        return new Allow(
                Map.of(),
                fields(pass, numbers, first),
                pass.settlement(ledger, charged, tells(pass) ? rateLimit : null, reports),
                false);
    }

    private Allow allowUncharged(Pass pass) {
        Settlement settlement = pass.settlement(ledger, null, null, reports);
        return settlement == Settlement.NONE ? Allow.plain() : Allow.plain().withSettlement(settlement);
    }

    private Refuse refuse(Pass pass, ChargeResult.Over over) {
        Refuse refuse = LimitRefusal.of(
                pass.call(),
                route,
                pass.request().lines().get(over.line()),
                over.numbers().get(over.line()),
                fields(pass, over.numbers(), over.line()));
        return dropped(pass.hold(), refuse);
    }

    private Map<String, String> fields(Pass pass, List<Usage> numbers, int first) {
        return tells(pass) ? rateLimit.of(pass.request().lines(), numbers, first) : Map.of();
    }

    private boolean tells(Pass pass) {
        return rateLimitHeaders && !pass.call().shadow();
    }

    @Override
    public void close() throws Exception {
        for (Price price : takes) {
            price.close();
        }
        for (Price price : counted) {
            price.close();
        }
    }
}
