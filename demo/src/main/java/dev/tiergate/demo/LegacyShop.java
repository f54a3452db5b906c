package dev.tiergate.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A shop as they were: it knows products and orders, and nothing of tiers, features or limits. Beside it, on the same port,
 * stand what a company has anyway: the identity provider's keys and the billing page.
 */
final class LegacyShop {

    private final HttpServer server;
    private final String jwks;
    private final Map<Integer, JsonObject> products = new LinkedHashMap<>();
    private int nextProduct = 1;

    private LegacyShop(Vertx vertx, String jwks) {
        this.server = vertx.createHttpServer();
        this.jwks = jwks;
        add(new JsonObject().put("name", "Teapot").put("price_cents", 2400));
        add(new JsonObject().put("name", "Cup").put("price_cents", 900));
    }

    /** @param jwks the public keys of the identity provider (RFC 7517) */
    static Future<LegacyShop> open(Vertx vertx, int port, String jwks) {
        var shop = new LegacyShop(vertx, jwks);
        return shop.server.requestHandler(shop::serve).listen(port, "127.0.0.1").map(shop);
    }

    String uri() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    private void serve(HttpServerRequest request) {
        var path = Objects.requireNonNullElse(request.path(), "");
        if (path.equals("/.well-known/jwks.json")) {
            json(request.response(), 200, jwks);
        } else if (path.equals("/health")) {
            json(request.response(), 200, new JsonObject().put("status", "ok").encode());
        } else if (path.startsWith("/store/") && path.endsWith("/billing")) {
            billing(request.response());
        } else if (path.equals("/api/products") && request.method().name().equals("POST")) {
            request.body().onSuccess(body -> create(request.response(), body));
        } else if (path.startsWith("/api/products")) {
            products(request, path);
        } else {
            request.body().onSuccess(body -> echo(request, body));
        }
    }

    private void create(HttpServerResponse response, Buffer body) {
        JsonObject product;
        try {
            product = body.toJsonObject();
        } catch (RuntimeException e) {
            json(response, 400, "{\"error\":\"A product is a JSON object\"}");
            return;
        }
        json(response, 201, add(product).encode());
    }

    private JsonObject add(JsonObject product) {
        var stored = new JsonObject().put("id", nextProduct).mergeIn(product);
        products.put(nextProduct++, stored);
        return stored;
    }

    private void products(HttpServerRequest request, String path) {
        var last = path.substring(path.lastIndexOf('/') + 1);
        var id = last.matches("\\d{1,9}") ? Integer.parseInt(last) : 0;
        if (request.method().name().equals("DELETE")) {
            json(request.response(), products.remove(id) == null ? 404 : 200, "{\"deleted\":" + id + "}");
        } else {
            json(
                    request.response(),
                    200,
                    new JsonObject()
                            .put(
                                    "products",
                                    new JsonArray(products.values().stream().toList()))
                            .encode());
        }
    }

    /** For the pages that this shop has but nobody needs to see: what came in, and who the gateway says it was. */
    private static void echo(HttpServerRequest request, Buffer body) {
        var told = new JsonObject();
        request.headers().forEach((name, value) -> {
            if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-tiergate-")) {
                told.put(name, value);
            }
        });
        json(
                request.response(),
                200,
                new JsonObject()
                        .put("shop", "legacy")
                        .put("method", request.method().name())
                        .put("path", request.path())
                        .put("body_bytes", body.length())
                        .put("gateway_says", told)
                        .encode());
    }

    private static void billing(HttpServerResponse response) {
        response.putHeader("Content-Type", "text/html; charset=utf-8")
                .end("<!doctype html><title>Billing</title><h1>Choose a plan</h1><p>The shop's own billing page.</p>");
    }

    private static void json(HttpServerResponse response, int status, String body) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body + "\n");
    }
}
