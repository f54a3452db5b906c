package dev.tiergate.limits;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatingConfig.OnLimitsDown;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Charges what a route takes from its limits, the last of all checks, so that a refusal never costs. */
public final class LimitCheck implements Check {

    private static final long DEFAULT_UNITS = 1;

    private final Route route;
    private final UsageLedger ledger;
    private final OnLimitsDown policy;
    private final boolean rateLimitHeaders;
    private final LimitWatch watch;
    private final List<Charge> takes;
    private final List<Charge> gives;

    /**
     * @param rateLimitHeaders whether responses carry RateLimit and RateLimit-Policy
     * @param watch sees every charge
     */
    public LimitCheck(
            Route route, UsageLedger ledger, OnLimitsDown policy, boolean rateLimitHeaders, LimitWatch watch) {
        this.route = route;
        this.ledger = ledger;
        this.policy = policy;
        this.rateLimitHeaders = rateLimitHeaders;
        this.watch = watch;
        this.takes =
                route.charges().stream().filter(charge -> charge.cost() > 0).toList();
        this.gives =
                route.charges().stream().filter(charge -> charge.cost() < 0).toList();
    }

    @Override
    public Future<Decision> ask(Call call) {
        List<ChargeRequest.Line> lines = route.charges().isEmpty() ? windowed(call) : lines(call, takes);
        List<ChargeRequest.Line> less = lines(call, gives);
        if (call.caller().user() == null && (countsUsers(lines) || countsUsers(less))) {
            return Future.succeededFuture(LimitRefusal.noUser());
        }
        var subject = new Subject(call.entitlements().store(), call.caller().user(), call.shadow());
        ChargeRequest after = less.isEmpty() ? null : new ChargeRequest(subject, less);
        if (lines.isEmpty()) {
            return Future.succeededFuture(allow(null, after));
        }
        var request = new ChargeRequest(subject, lines);
        return ledger.charge(request).map(result -> decide(call, request, after, result));
    }

    /** Without a charge of its own a route takes 1 of each windowed limit of its feature. */
    private List<ChargeRequest.Line> windowed(Call call) {
        String feature = route.feature();
        if (feature == null) {
            return List.of();
        }
        List<ChargeRequest.Line> lines = new ArrayList<>(2);
        for (Limit limit : call.entitlements().limits(feature, call.now())) {
            if (limit.window().calendar()) {
                lines.add(new ChargeRequest.Line(limit, DEFAULT_UNITS, Charge.On.ATTEMPT));
            }
        }
        return lines;
    }

    private static List<ChargeRequest.Line> lines(Call call, List<Charge> charges) {
        if (charges.isEmpty()) {
            return List.of();
        }
        List<ChargeRequest.Line> lines = new ArrayList<>(charges.size());
        for (Charge charge : charges) {
            call.entitlements()
                    .limit(charge.limit(), call.now())
                    .ifPresent(limit -> lines.add(new ChargeRequest.Line(limit, Math.abs(charge.cost()), charge.on())));
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

    private Decision decide(Call call, ChargeRequest request, @Nullable ChargeRequest after, ChargeResult result) {
        return result.<Decision>fold(
                charged -> allow(call, request, after, charged),
                over -> refuse(call, request, over),
                unavailable -> withoutCounters(call, request, after));
    }

    private Decision withoutCounters(Call call, ChargeRequest request, @Nullable ChargeRequest after) {
        if (policy == OnLimitsDown.DENY) {
            return LimitRefusal.unavailable();
        }
        return ledger.chargeLocally(request)
                .<Decision>fold(
                        charged -> allow(call, request, after, charged).asFailOpen(),
                        over -> refuse(call, request, over),
                        unavailable -> LimitRefusal.unavailable());
    }

    private Allow allow(Call call, ChargeRequest request, @Nullable ChargeRequest after, ChargeResult.Charged charged) {
        watch.charged(request.subject(), request.lines(), charged.numbers());
        int first = RateLimitFields.binding(request.lines(), charged.numbers());
        return allow(charged.receipt(), after).withResponseHeaders(fields(call, request, charged.numbers(), first));
    }

    private Allow allow(@Nullable Receipt receipt, @Nullable ChargeRequest after) {
        return receipt == null && after == null
                ? Allow.plain()
                : Allow.plain().withSettlement(new LimitSettlement(ledger, receipt, after));
    }

    private Refuse refuse(Call call, ChargeRequest request, ChargeResult.Over over) {
        return LimitRefusal.of(
                call,
                route,
                request.lines().get(over.line()),
                over.numbers().get(over.line()),
                fields(call, request, over.numbers(), over.line()));
    }

    private Map<String, String> fields(Call call, ChargeRequest request, List<Usage> numbers, int first) {
        return rateLimitHeaders && !call.shadow() ? RateLimitFields.of(request.lines(), numbers, first) : Map.of();
    }
}
