package dev.tiergate.entitlement;

import dev.tiergate.entitlement.ModelReader.Reading;
import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Entitlements.Upgrade;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.Route;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The model that the request names has to be one of the store's, and its tier has to hold the route's model group. */
public final class ModelCheck implements Check {

    private static final Future<Decision> ALLOWED = Future.succeededFuture(Allow.plain());

    /** A name is shown to the client that sent it, up to here. */
    private static final int LONGEST_SHOWN = 128;

    private final Route.ModelRule rule;
    private final @Nullable String feature;
    private final Need need;
    private final @Nullable ModelReader reader;
    private final BiConsumer<String, String> count;

    /**
     * @param inspectBytes how much of a body is read into memory to find the name
     * @throws IllegalArgumentException when the route has no model rule
     */
    public ModelCheck(Route route, int inspectBytes, GateMetrics metrics) {
        if (route.model() == null) {
            throw new IllegalArgumentException("The route " + route.id() + " has no model rule");
        }
        this.rule = route.model();
        this.feature = route.feature();
        this.need = UpgradeWording.of(route);
        this.reader = ModelReader.of(route.model(), inspectBytes);
        this.count = metrics::modelRequest;
    }

    /** The same, uncounted: one request is one attempt. */
    private ModelCheck(ModelCheck counted) {
        this.rule = counted.rule;
        this.feature = counted.feature;
        this.need = counted.need;
        this.reader = counted.reader;
        this.count = (group, outcome) -> {};
    }

    @Override
    public Optional<Check> again() {
        return Optional.of(new ModelCheck(this));
    }

    @Override
    public Future<Decision> ask(Call call) {
        if (reader == null) {
            var refusal = checkGroup(call, need);
            count(rule.group(), refusal);
            return refusal == null ? ALLOWED : Future.succeededFuture(refusal);
        }
        return reader.read(call).map(reading -> decide(call, reading));
    }

    private Decision decide(Call call, Reading reading) {
        if (reading instanceof Reading.Refused refused) {
            return Refuse.of(refused.reason(), refused.detail()).withFeature(feature(call));
        }
        var named = ((Reading.Read) reading).model();
        if (named.isEmpty() && rule.required() && rule.defaultModel() == null) {
            return Refuse.of(Reason.MODEL_REQUIRED, "A model has to be named in '" + rule.name() + "'")
                    .withFeature(feature(call));
        }
        var model = named.or(() -> Optional.ofNullable(rule.defaultModel()));
        var whole =
                need.withModel(model.map(name -> name.toLowerCase(Locale.ROOT)).orElse(null));
        var refusal = checkGroup(call, whole);
        if (refusal == null && model.isPresent()) {
            refusal = checkModel(call, model.get(), whole);
        }
        if (model.isPresent()) {
            count(call.entitlements().modelGroup(model.get()).orElse(null), refusal);
        }
        return Objects.requireNonNullElse(refusal, Allow.plain());
    }

    private void count(@Nullable String group, @Nullable Refuse refusal) {
        count.accept(
                group == null ? "none" : group,
                refusal == null ? "allowed" : refusal.reason().code());
    }

    private @Nullable Refuse checkGroup(Call call, Need whole) {
        var group = rule.group();
        if (group == null || call.entitlements().holdsModelGroup(group)) {
            return null;
        }
        return refusal(call, Reason.TIER_TOO_LOW, "Model group '" + group + "' ", whole);
    }

    private @Nullable Refuse checkModel(Call call, String model, Need whole) {
        var allowed = call.entitlements().models(feature == null ? "" : feature, call.now());
        if (allowed.contains(model.toLowerCase(Locale.ROOT))) {
            return null;
        }
        var shown = model.length() > LONGEST_SHOWN ? model.substring(0, LONGEST_SHOWN) : model;
        List<String> available = allowed.stream().sorted().toList();
        return refusal(call, Reason.MODEL_NOT_ALLOWED, "Model '" + shown + "' ", whole)
                .withMember("requested_model", shown)
                .withMember("available_models", available);
    }

    private Refuse refusal(Call call, Reason reason, String what, Need whole) {
        var upgrade = call.entitlements().upgrade(whole, call.now());
        return Refuse.of(reason, what + UpgradeWording.requires(upgrade))
                .withFeature(feature(call))
                .withRequiredTier(upgrade.map(Upgrade::tier).orElse(null));
    }

    private @Nullable FeatureRef feature(Call call) {
        return feature == null ? null : call.entitlements().feature(feature).orElse(null);
    }
}
