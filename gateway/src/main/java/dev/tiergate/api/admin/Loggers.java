package dev.tiergate.api.admin;

import dev.tiergate.api.admin.AdminDatabase.Change;
import dev.tiergate.api.admin.AdminDatabase.Elsewhere;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Operations on how much this node logs, a level that is another for a while among them: the debug mode. */
final class Loggers {

    private static final String PATH = "/loggers";
    private static final String ONE_PATH = PATH + "/{name}";
    private static final String LEVEL = "level";
    private static final String FOR = "for";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$.-]{1,200}");
    private static final Pattern LASTING = Pattern.compile("([1-9][0-9]{0,4})([smh])");
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final String LASTING_WORDS = "a time such as 30s, 10m or 2h";

    private static final Shape CHANGE = Shape.empty()
            .required(LEVEL, Fields.nullable(Fields.oneOf("trace", "debug", "info", "warn", "error")))
            .optional(FOR, Fields.matching(LASTING, LASTING_WORDS));

    private final AdminDatabase database;
    private final LogbackLevels levels;

    Loggers(AdminDatabase database, LogbackLevels levels) {
        this.database = database;
        this.levels = levels;
    }

    List<AdminOperation> operations() {
        return List.of(
                AdminOperation.get(PATH, this::list),
                AdminOperation.get(ONE_PATH, this::one),
                AdminOperation.put(ONE_PATH, this::put).needing(Role.ADMIN));
    }

    private Future<Reply> list(AdminCall call) {
        var all = new JsonArray();
        levels.all().forEach(state -> all.add(json(state)));
        return Future.succeededFuture(Reply.ok(new JsonObject().put("loggers", all)));
    }

    private Future<Reply> one(AdminCall call) {
        return Future.succeededFuture(reply(found(call)));
    }

    /** It is set at the end of the transaction that tells of it: what is not in the log is not done. */
    private Future<Reply> put(AdminCall call) {
        var before = found(call);
        call.requireMatch(version(before));
        var wanted = call.body(CHANGE, JsonObject.class);
        var level = wanted.getString(LEVEL);
        var lasting = lasting(wanted.getString(FOR));
        levels.objection(before.name(), level).ifPresent(objection -> {
            throw Problem.unprocessable("/" + LEVEL, objection).asException();
        });
        return database.write(
                        call,
                        connection -> Future.succeededFuture(new Change(
                                "set_level",
                                "loggers",
                                before.name(),
                                Reply.NO_CONTENT,
                                new Elsewhere(json(before), wanted))))
                .map(recorded -> reply(levels.set(before.name(), level, lasting)));
    }

    private LogbackLevels.State found(AdminCall call) {
        return levels.find(call.path("name", NAME, "logger"))
                .orElseThrow(() -> Problem.notFound("logger").asException());
    }

    private static @Nullable Duration lasting(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var parts = LASTING.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException("the shape let pass " + text);
        }
        var unit = switch (parts.group(2)) {
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            default -> ChronoUnit.HOURS;
        };
        var lasting = Duration.of(Long.parseLong(parts.group(1)), unit);
        if (lasting.compareTo(LONGEST) > 0) {
            throw Problem.invalid(List.of(Problem.Fault.at("/" + FOR, "is to be 24h at most")))
                    .asException();
        }
        return lasting;
    }

    private static Reply reply(LogbackLevels.State state) {
        return Reply.ok(new Document(json(state), version(state)));
    }

    private static String version(LogbackLevels.State state) {
        var text = state.level() + " " + state.until();
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    private static JsonObject json(LogbackLevels.State state) {
        return new JsonObject()
                .put("name", state.name())
                .put(LEVEL, state.level())
                .put("effective", state.effective())
                .put(
                        "until",
                        Optional.ofNullable(state.until())
                                .map(until -> until.truncatedTo(ChronoUnit.SECONDS))
                                .map(Instant::toString)
                                .orElse(null));
    }
}
