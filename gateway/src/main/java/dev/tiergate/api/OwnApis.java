package dev.tiergate.api;

import dev.tiergate.api.admin.StoreWrites;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.edge.PublicApis;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.ApiPaths;
import dev.tiergate.routes.CanonicalPath;
import dev.tiergate.routes.GatingConfig.Denials;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The store, user and evaluation APIs as one event loop has them. The path that the edge read is what counts, so that no
 * second reading can come to another operation.
 */
public final class OwnApis implements PublicApis {

    private final ApiPaths paths;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * @param stores null where the gateway runs without its stores; then nothing can be answered
     * @param usage null as {@code stores} is
     * @param writes null as {@code stores} is
     */
    public OwnApis(
            ApiPaths paths, @Nullable KnownStores stores, @Nullable StoreUsage usage, @Nullable StoreWrites writes) {
        this.paths = paths;
        if (stores != null && usage != null && writes != null) {
            operations.addAll(new StoreApi(stores, usage).operations());
            operations.addAll(new RolesApi(stores, writes.roles()).operations());
            operations.addAll(new OptInApi(stores, writes.optIns()).operations());
            operations.addAll(new UserApi(stores, usage).operations());
        }
    }

    /** Serves these besides. */
    public OwnApis and(List<Operation> others) {
        operations.addAll(others);
        return this;
    }

    @Override
    public boolean holds(CanonicalPath path) {
        return paths.holds(path);
    }

    @Override
    public void serve(ApiExchange exchange) {
        var method = exchange.request().method();
        var wanted = method.equals(HttpMethod.HEAD) ? HttpMethod.GET.name() : method.name();
        var others = new ArrayList<Operation>();
        for (var operation : operations) {
            var parameters = operation.match(exchange.path());
            if (parameters != null && operation.method().equals(wanted)) {
                operation.handler().handle(exchange, parameters);
                return;
            }
            if (parameters != null) {
                others.add(operation);
            }
        }
        exchange.refuse(refusal(method, others), denials(exchange));
    }

    private static Denials denials(ApiExchange exchange) {
        return UserApi.holds(exchange.path())
                ? UserApi.denials(exchange)
                : exchange.config().gating().denials();
    }

    private Refuse refusal(HttpMethod method, List<Operation> others) {
        if (operations.isEmpty()) {
            return Refuse.of(Reason.ENTITLEMENTS_UNAVAILABLE, "This gateway runs without entitlements at the moment");
        }
        if (others.isEmpty()) {
            return Refuse.of(Reason.NO_ROUTE, "There is no such operation");
        }
        return Refuse.of(Reason.METHOD_NOT_ALLOWED, "This path does not take " + method)
                .withHeader(
                        "Allow",
                        others.stream().map(Operation::method).distinct().collect(Collectors.joining(", ")));
    }
}
