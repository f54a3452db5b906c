package dev.tiergate.api.ofrep;

import dev.tiergate.api.Answers;
import dev.tiergate.api.KnownStores;
import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.Operation;
import dev.tiergate.api.StoreUsage;
import dev.tiergate.api.UsageView;
import dev.tiergate.api.events.EventApi;
import dev.tiergate.api.events.Tickets;
import dev.tiergate.api.ofrep.Flag.ErrorCode;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.edge.UpgradeUrl;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.BodyTooLargeException;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OFREP 0.3: any OpenFeature client asks the gateway what the gate asks itself. Nothing is charged. */
public final class OfrepApi {

    private static final Logger LOG = LoggerFactory.getLogger(OfrepApi.class);

    private static final String FLAGS = "/ofrep/v1/evaluate/flags";
    private static final int MOST_BYTES = 64 * 1024;

    private final KnownStores stores;
    private final StoreUsage usage;
    private final Tickets tickets;

    public OfrepApi(KnownStores stores, StoreUsage usage, Tickets tickets) {
        this.stores = stores;
        this.usage = usage;
        this.tickets = tickets;
    }

    public List<Operation> operations() {
        return List.of(
                Operation.of("POST", FLAGS + "/{key}", (exchange, keys) -> new Question(exchange, keys.get(0)).ask()),
                Operation.of("POST", FLAGS, (exchange, none) -> new Question(exchange, null).ask()));
    }

    /** One request: for a flag, or for all. */
    private final class Question {

        private final ApiExchange exchange;
        private final @Nullable String key;

        Question(ApiExchange exchange, @Nullable String key) {
            this.exchange = exchange;
            this.key = key;
        }

        void ask() {
            stores.find(exchange).compose(this::identified).onFailure(this::failed);
        }

        private Future<Void> identified(KnownStores.Found found) {
            if (found instanceof KnownStores.Found.Known known) {
                return exchange.body(MOST_BYTES).compose(body -> read(known.asker(), body));
            }
            refuse(((KnownStores.Found.Refused) found).refuse());
            return Future.succeededFuture();
        }

        private Future<Void> read(Asker asker, Buffer body) {
            var fault = EvaluationContext.fault(
                    body, asker.entitlements().store(), asker.caller().user());
            if (fault != null) {
                fail(400, fault.code(), fault.details());
                return Future.succeededFuture();
            }
            var limits = key == null
                    ? asker.entitlements().limits(exchange.now())
                    : Evaluator.needed(asker.entitlements(), key, exchange.now());
            return used(asker, limits).compose(used -> evaluated(asker, evaluator(asker, used)));
        }

        /** What cannot be read is left out: whether a feature may be used does not hang on it. */
        private Future<Map<String, Usage>> used(Asker asker, List<Limit> limits) {
            return usage.of(asker.caller(), asker.entitlements(), limits)
                    .map(views -> {
                        Map<String, Usage> byCode = new HashMap<>();
                        for (UsageView view : views) {
                            byCode.put(view.limit().code(), view.usage());
                        }
                        return byCode;
                    })
                    .otherwise(Map.of());
        }

        private Evaluator evaluator(Asker asker, Map<String, Usage> used) {
            var template = exchange.config().gating().upgradeUrl();
            return new Evaluator(
                    asker,
                    used,
                    exchange.now(),
                    Answers.mode(exchange),
                    UpgradeUrl.fill(template, asker.entitlements().store().code()));
        }

        private Future<Void> evaluated(Asker asker, Evaluator evaluator) {
            if (key == null) {
                return bulk(asker, evaluator);
            }
            evaluator
                    .one(key)
                    .ifPresentOrElse(this::one, () -> fail(404, ErrorCode.FLAG_NOT_FOUND, "There is no such flag"));
            return Future.succeededFuture();
        }

        private void one(Flag flag) {
            var code = flag.error();
            if (code == ErrorCode.GENERAL) {
                refuse(StoreUsage.unavailable());
            } else {
                exchange.answer(code == null ? 200 : 400, json(), flag.json().toBuffer());
            }
        }

        private Future<Void> bulk(Asker asker, Evaluator evaluator) {
            var flags = new JsonArray();
            evaluator.all().forEach(flag -> flags.add(flag.json()));
            var metadata = new JsonObject().put("gating_mode", evaluator.mode());
            var answer = new JsonObject().put("flags", flags).put("metadata", metadata);
            // the way to the stream is another each time, and what it leads to the same
            var tag = Answers.tag(answer.toBuffer());
            var headers = Map.of("ETag", tag, "Cache-Control", "private, no-cache", "Vary", "Authorization, Cookie");
            if (Answers.names(exchange.request().headers().getAll("If-None-Match"), tag)) {
                exchange.answer(304, headers, Buffer.buffer());
                return Future.succeededFuture();
            }
            return streams(asker).map(streams -> {
                streams.ifPresent(known -> answer.put("eventStreams", known));
                var all = new HashMap<>(headers);
                all.put("Content-Type", "application/json");
                exchange.answer(200, all, answer.toBuffer());
                return null;
            });
        }

        /** Relative to where the client found us; left out where there is none, and then clients poll. */
        private Future<Optional<JsonArray>> streams(Asker asker) {
            if (!exchange.config().apis().store()) {
                return Future.succeededFuture(Optional.empty());
            }
            return tickets.issue(asker.caller())
                    .map(ticket -> Optional.of(new JsonArray()
                            .add(new JsonObject()
                                    .put("type", "sse")
                                    .put(
                                            "endpoint",
                                            new JsonObject()
                                                    .put(
                                                            "requestUri",
                                                            EventApi.PATH + "?dialect=ofrep&ticket=" + ticket)))))
                    .otherwise(Optional.empty());
        }

        private void failed(Throwable fault) {
            if (fault instanceof BodyTooLargeException) {
                refuse(Refuse.of(Reason.BODY_TOO_LARGE, "The body is longer than 64 KiB"));
            } else {
                LOG.error("A flag could not be evaluated", fault);
                refuse(Refuse.of(Reason.CHECK_FAILED, "The flag could not be evaluated"));
            }
        }

        /** As the gateway refuses, in the protocol's shape: providers read a body even of a 401. */
        private void refuse(Refuse refuse) {
            exchange.refused(refuse);
            var headers = new HashMap<>(json());
            headers.putAll(refuse.headers());
            switch (refuse.reason().status()) {
                case 401 ->
                    headers.putIfAbsent(
                            "WWW-Authenticate",
                            refuse.reason().equals(Reason.AUTHENTICATION_REQUIRED)
                                    ? "Bearer"
                                    : "Bearer error=\"invalid_token\"");
                case 503 -> headers.putIfAbsent("Retry-After", "1");
                default -> {}
            }
            var metadata =
                    new JsonObject().put("reason", refuse.reason().code()).put("request_id", exchange.requestId());
            exchange.answer(
                    refuse.reason().status(),
                    headers,
                    error(ErrorCode.GENERAL, refuse.detail(), metadata).toBuffer());
        }

        private void fail(int status, ErrorCode code, String details) {
            exchange.answer(
                    status, json(), error(code, details, new JsonObject()).toBuffer());
        }

        private JsonObject error(ErrorCode code, String details, JsonObject metadata) {
            var error = new JsonObject();
            if (key != null) {
                error.put("key", key);
            }
            return error.put("errorCode", code.name())
                    .put("errorDetails", details)
                    .put("metadata", metadata);
        }

        private Map<String, String> json() {
            return Map.of(
                    "Content-Type", "application/json", "Cache-Control", "no-store", "Vary", "Authorization, Cookie");
        }
    }
}
