package dev.tiergate.api.events;

import dev.tiergate.api.KnownStores;
import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.Operation;
import dev.tiergate.edge.ApiExchange;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.upstream.Upgrade;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stream of a store's events, as SSE and as a WebSocket, and the tickets that let a browser open it. */
public final class EventApi {

    /** Where the stream is; with {@code ?ticket=} for those who cannot send a token. */
    public static final String PATH = "/api/v1/store/events";

    private static final Logger LOG = LoggerFactory.getLogger(EventApi.class);

    private static final Reason ORIGIN_NOT_ALLOWED = Reason.forbidden("origin_not_allowed");
    private static final Reason EVENTS_UNAVAILABLE = new Reason("events_unavailable", 503);

    private final Vertx vertx;
    private final KnownStores stores;
    private final EventHub hub;
    private final Tickets tickets;

    public EventApi(Vertx vertx, KnownStores stores, EventHub hub) {
        this.vertx = vertx;
        this.stores = stores;
        this.hub = hub;
        this.tickets = hub.tickets();
    }

    public List<Operation> operations() {
        return List.of(
                Operation.of("GET", PATH, (exchange, none) -> open(exchange)),
                Operation.of("POST", PATH + "/ticket", (exchange, none) -> ticket(exchange)));
    }

    private void ticket(ApiExchange exchange) {
        stores.identify(
                exchange,
                exchange.config().gating().denials(),
                asker -> tickets.issue(asker.caller())
                        .onSuccess(ticket -> exchange.answer(
                                200,
                                Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
                                new JsonObject()
                                        .put("ticket", ticket)
                                        .put("expires_in", Tickets.LIFE.toSeconds())
                                        .toBuffer()))
                        .onFailure(fault -> refuse(exchange, unavailable())));
    }

    /** What a request says besides its headers. */
    private record Wish(@Nullable String ticket, @Nullable String read, Frames.Dialect dialect, boolean socket) {}

    private void open(ApiExchange exchange) {
        var request = exchange.request();
        var params = request.params();
        var dialect = params.get("dialect");
        if (dialect != null && !dialect.equals("ofrep")) {
            refuse(exchange, Refuse.of(Reason.BAD_REQUEST, "The only other dialect of events is ofrep"));
            return;
        }
        if (request.version() == HttpVersion.HTTP_1_0) {
            refuse(exchange, Refuse.of(Reason.BAD_REQUEST, "Events need HTTP/1.1 or HTTP/2"));
            return;
        }
        var header = request.getHeader("Last-Event-ID");
        var wish = new Wish(
                params.get("ticket"),
                header == null ? params.get("last-event-id") : header,
                dialect == null ? Frames.Dialect.OWN : Frames.Dialect.OFREP,
                Upgrade.of(request) == Upgrade.WEBSOCKET);
        if (wish.socket()
                && !Origins.allowed(
                        request.headers().getAll("Origin"),
                        request.authority(),
                        exchange.config().cors())) {
            refuse(exchange, Refuse.of(ORIGIN_NOT_ALLOWED, "Pages of this origin may not open a WebSocket here"));
            return;
        }
        if (wish.ticket() == null) {
            stores.identify(exchange, exchange.config().gating().denials(), asker -> seat(exchange, wish, asker, null));
        } else {
            withTicket(exchange, wish, wish.ticket());
        }
    }

    private void withTicket(ApiExchange exchange, Wish wish, String ticket) {
        tickets.take(ticket, exchange.now())
                .compose(pass -> pass.isPresent()
                        ? Future.succeededFuture(pass)
                        : tickets.take(resumeTicket(wish.read()), exchange.now()))
                .onFailure(fault -> refuse(exchange, unavailable()))
                .onSuccess(pass ->
                        pass.ifPresentOrElse(good -> known(exchange, wish, good), () -> refuse(exchange, spent())));
    }

    /** A stream that was opened by ticket hands over, with each id, the ticket to come back with. */
    private static @Nullable String resumeTicket(@Nullable String read) {
        int dot = read == null ? -1 : read.indexOf('.');
        return read == null || dot < 0 ? null : read.substring(dot + 1);
    }

    private static @Nullable EventId lastRead(@Nullable String read) {
        int dot = read == null ? -1 : read.indexOf('.');
        var id = EventId.parse(read == null || dot < 0 ? read : read.substring(0, dot));
        return read != null && id == null ? EventId.OF_NO_NODE : id;
    }

    private void known(ApiExchange exchange, Wish wish, Tickets.Pass pass) {
        stores.look(pass.caller()).onSuccess(found -> {
            if (found instanceof KnownStores.Found.Known known) {
                seat(exchange, wish, known.asker(), pass);
            } else {
                refuse(exchange, ((KnownStores.Found.Refused) found).refuse());
            }
        });
    }

    private void seat(ApiExchange exchange, Wish wish, Asker asker, Tickets.@Nullable Pass pass) {
        if (exchange.request().method().equals(HttpMethod.HEAD)) {
            exchange.answer(
                    200, Map.of("Content-Type", "text/event-stream", "Cache-Control", "no-store"), Buffer.buffer());
        } else if (wish.socket()) {
            socket(exchange, wish, asker.caller());
        } else {
            stream(exchange, wish, asker.caller(), pass);
        }
    }

    private void stream(ApiExchange exchange, Wish wish, Caller caller, Tickets.@Nullable Pass pass) {
        var page = new SsePage(vertx, exchange.request(), wish.dialect(), hub.metrics(), resume(pass));
        enter(exchange, wish, caller, page, opening -> page.begin(opening, exchange.headers()));
    }

    private SsePage.@Nullable Resume resume(Tickets.@Nullable Pass pass) {
        if (pass == null) {
            return null;
        }
        var ticket = tickets.draw(pass.store());
        return new SsePage.Resume(ticket, () -> tickets.keep(ticket, pass, EventBounds.RESUME));
    }

    private void socket(ApiExchange exchange, Wish wish, Caller caller) {
        var page = new SocketPage(vertx, hub.metrics());
        enter(exchange, wish, caller, page, opening -> {
            page.seated(opening);
            exchange.request().toWebSocket().onSuccess(page::begin).onFailure(fault -> {
                LOG.debug("A request did not become a WebSocket: {}", fault.getMessage());
                page.failed();
            });
        });
    }

    private void enter(ApiExchange exchange, Wish wish, Caller caller, EventPage page, Consumer<Opening> then) {
        hub.open(caller.store(), caller.user(), lastRead(wish.read()), page).onSuccess(opening -> {
            switch (opening.entry()) {
                case OPEN -> then.accept(opening);
                case STORE_FULL -> refuse(exchange, storeFull());
                case NODE_FULL ->
                    refuse(exchange, Refuse.of(Reason.OVERLOADED, "This node has as many event streams as it takes"));
            }
        });
    }

    private static void refuse(ApiExchange exchange, Refuse refuse) {
        exchange.refuse(refuse, exchange.config().gating().denials());
    }

    private static Refuse spent() {
        return Refuse.of(Reason.INVALID_TOKEN, "The ticket is spent, late or none");
    }

    private static Refuse unavailable() {
        return Refuse.of(EVENTS_UNAVAILABLE, "Tickets cannot be had at the moment")
                .withHeader("Retry-After", "1");
    }

    /** With the members that every refusal for a limit has. */
    private Refuse storeFull() {
        var most = hub.pagesOfStore();
        return Refuse.of(Reason.CONCURRENCY_REACHED, "The store has as many event streams open as it may")
                .withMember("limit_type", "event_streams")
                .withMember("limit", most)
                .withMember("current", most)
                .withMember("remaining", 0)
                .withMember("window", "concurrent")
                .withMember("resets_at", null)
                .withHeader("Retry-After", "1");
    }
}
