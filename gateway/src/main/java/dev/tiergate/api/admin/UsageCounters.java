package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import dev.tiergate.api.admin.AdminDatabase.Elsewhere;
import dev.tiergate.entitlement.EntitlementCache;
import dev.tiergate.entitlement.Lookup;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.limits.GrantUse;
import dev.tiergate.limits.LedgerUnavailableException;
import dev.tiergate.limits.Names;
import dev.tiergate.limits.Subject;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a store's counters read, and how one is put right by the count of a backend, which knows better. */
final class UsageCounters {

    private static final String PATH = "/stores/{store_id}/usage";
    private static final String USER = "user";
    private static final String CURRENT = "current";
    private static final Pattern USER_FORM = Pattern.compile("(?s).{1,256}");
    private static final String USER_WORDS = "a user of the store, 1 to 256 characters";

    /** Whole in every JSON reader, with room to count on. */
    private static final long MOST = 1L << 52;

    private static final Shape CHANGE = Shape.empty().required(CURRENT, Fields.whole(0, MOST));

    private final AdminDatabase database;
    private final EntitlementCache entitlements;
    private final SharedLedger ledger;
    private final InstantSource clock;

    UsageCounters(AdminDatabase database, EntitlementCache entitlements, SharedLedger ledger, InstantSource clock) {
        this.database = database;
        this.entitlements = entitlements;
        this.ledger = ledger;
        this.clock = clock;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, this::list, USER),
                AdminOperation.put(PATH + "/{limit_type}", this::put, USER)
                        .needing(Role.ADMIN)
                        .unconditional());
    }

    private Future<Reply> list(AdminCall call) {
        var user = user(call);
        return store(call)
                .compose(store -> ledger.ask(
                                counters -> counters.read(subject(store, user), store.limits(clock.instant())))
                        .map(usages -> {
                            var all = new JsonArray();
                            usages.forEach(usage -> all.add(json(usage, usage.current())));
                            return Reply.ok(new JsonObject()
                                    .put("store_id", store.store().externalId())
                                    .put(USER, user)
                                    .put("usage", all));
                        })
                        .recover(UsageCounters::away));
    }

    private Future<Reply> put(AdminCall call) {
        var user = user(call);
        var current = call.body(CHANGE, JsonObject.class).getLong(CURRENT);
        return store(call).compose(store -> {
            var limit = limit(call, store, user);
            return database.write(
                            call,
                            connection -> ledger.ask(counters -> counters.put(subject(store, user), limit, current))
                                    .map(before -> change(store, user, before, current)))
                    .recover(UsageCounters::away);
        });
    }

    private static Change change(StoreEntitlements store, @Nullable String user, Usage before, long current) {
        var id = store.store().externalId() + "/" + before.limit().code();
        return new Change(
                "reconcile",
                "usage",
                user == null ? id : id + "/" + user,
                Reply.ok(json(before, current)),
                new Elsewhere(json(before, before.current()), json(before, current)));
    }

    private Future<StoreEntitlements> store(AdminCall call) {
        var id = call.path("store_id", Fields.EXTERNAL_ID, "store");
        return entitlements.find(id).map(lookup -> {
            if (lookup instanceof Lookup.Found found) {
                return found.entitlements();
            }
            throw (lookup instanceof Lookup.Unknown
                            ? Problem.notFound("store")
                            : Problem.unavailable("Entitlements cannot be read at the moment"))
                    .asException();
        });
    }

    private Limit limit(AdminCall call, StoreEntitlements store, @Nullable String user) {
        Instant now = clock.instant();
        var code = call.path("limit_type", Fields.CODE, "limit");
        var limit = store.limit(code, now)
                .orElseThrow(() -> Problem.notFound("limit of this store").asException());
        if (limit.window() == Limit.Window.CONCURRENT) {
            throw Problem.unprocessable("/" + CURRENT, "what is in flight is counted by itself")
                    .asException();
        }
        if (limit.window() == Limit.Window.CREDITS) {
            throw Problem.unprocessable("/" + CURRENT, "a balance is put right by a grant, or by revoking one")
                    .asException();
        }
        if (limit.scope() == Limit.Scope.USER && user == null) {
            throw AdminCall.wrong(USER, "is needed: this limit is counted for each user");
        }
        if (limit.scope() == Limit.Scope.STORE && user != null) {
            throw AdminCall.wrong(USER, "is not for this limit, which counts the whole store");
        }
        return limit;
    }

    private static @Nullable String user(AdminCall call) {
        return call.query(USER, USER_FORM, USER_WORDS);
    }

    private static Subject subject(StoreEntitlements store, @Nullable String user) {
        return new Subject(store.store(), user, false);
    }

    private static JsonObject json(Usage usage, long current) {
        var limit = usage.limit();
        var json = new JsonObject()
                .put("limit_type", limit.code())
                .put("name", limit.name())
                .put("window", Names.of(limit.window()))
                .put("scope", Names.of(limit.scope()))
                .put(CURRENT, current)
                .put("limit", limit.value())
                .put("is_unlimited", limit.unlimited())
                .put("resets_at", usage.resetsAt().map(Instant::toString).orElse(null));
        if (limit.window() == Limit.Window.CREDITS) {
            json.put("remaining", usage.remaining()).put("grants", grants(usage));
        }
        return json;
    }

    private static JsonArray grants(Usage usage) {
        var all = new JsonArray();
        for (GrantUse use : usage.grants()) {
            all.add(new JsonObject()
                    .put("id", use.grant().fromTier() ? null : use.grant().id())
                    .put("amount", use.grant().amount())
                    .put("remaining", use.remaining())
                    .put("priority", use.grant().priority())
                    .put("expires_at", Objects.toString(use.grant().expiresAt(), null)));
        }
        return all;
    }

    private static Future<Reply> away(Throwable fault) {
        return Future.failedFuture(
                fault instanceof LedgerUnavailableException
                        ? Problem.unavailable("The usage counters do not answer")
                                .asException()
                        : fault);
    }
}
