package dev.tiergate.api.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request of the admin API whose sender is known and may ask it. */
final class AdminCall {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final String DEFAULT_PLAN = "orion";
    private static final int MAX_DEPTH = 20;

    /** Two members of one name are read differently by different readers: refused. */
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final RoutingContext context;
    private final Actor actor;
    private final String requestId;
    private final Buffer body;

    AdminCall(RoutingContext context, Actor actor, String requestId, Buffer body) {
        this.context = context;
        this.actor = actor;
        this.requestId = requestId;
        this.body = body;
    }

    Actor actor() {
        return actor;
    }

    String requestId() {
        return requestId;
    }

    Buffer body() {
        return body;
    }

    /** The path as it was sent, without the query. */
    String target() {
        return String.valueOf(context.request().path());
    }

    /** A parameter of the path, decoded. */
    String path(String name) {
        return String.valueOf(context.pathParam(name));
    }

    /** A parameter of the path of one form; what has another form names nothing. */
    String path(String name, Pattern form, String what) {
        var text = path(name);
        if (!form.matcher(text).matches()) {
            throw Problem.notFound(what).asException();
        }
        return text;
    }

    /** A parameter of the query; null where it is absent. */
    @Nullable
    String query(String name) {
        var values = context.queryParam(name);
        if (values.isEmpty()) {
            return null;
        }
        if (values.size() > 1 || !Fields.storable(values.get(0))) {
            throw wrong(name, "is to stand there once, as text");
        }
        return values.get(0);
    }

    /** A parameter of the query of one form. */
    @Nullable
    String query(String name, Pattern form, String words) {
        var text = query(name);
        if (text != null && !form.matcher(text).matches()) {
            throw wrong(name, "is to be " + words);
        }
        return text;
    }

    String plan() {
        var plan = query("plan", Fields.CODE, "the code of a plan");
        return plan == null ? DEFAULT_PLAN : plan;
    }

    /** @param list the list that a cursor has to be of */
    Page page(String list) {
        return Page.of(list, query("limit"), query("cursor"));
    }

    static Problem.ProblemException wrong(String parameter, String detail) {
        return Problem.invalid(List.of(Problem.Fault.of(parameter, detail))).asException();
    }

    /** The body as the field reads it; ends the call with all faults where there are any. */
    <T> T body(Field field, Class<T> type) {
        return read(body, field, type);
    }

    /** The same of a body that came by another way. */
    static <T> T read(Buffer body, Field field, Class<T> type) {
        var faults = new ArrayList<Problem.Fault>();
        var read = field.read(json(body), "", faults);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults).asException();
        }
        return Objects.requireNonNull(type.cast(read));
    }

    private static JsonNode json(Buffer body) {
        try {
            var tree = JSON.readTree(body.getBytes());
            if (!tree.isMissingNode()) {
                return tree;
            }
        } catch (IOException e) {
            // its message would repeat what came
        }
        throw Problem.of(400, "invalid_json", "The body is not JSON, or has two members of one name")
                .asException();
    }

    boolean conditional() {
        return context.request().headers().contains(HttpHeaders.IF_MATCH);
    }

    /** True where the caller wants to create, and nothing else. */
    boolean onlyIfAbsent() {
        return "*".equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH));
    }

    /** Ends the call unless If-Match names this version (RFC 9110, section 13.1.1). */
    void requireMatch(String version) {
        for (var line : context.request().headers().getAll(HttpHeaders.IF_MATCH)) {
            for (var tag : line.split(",")) {
                if (tag.strip().equals("*") || tag.strip().equals('"' + version + '"')) {
                    return;
                }
            }
        }
        throw Problem.of(412, "changed_meanwhile", "It was changed since you read it; read it again")
                .asException();
    }

    /** Empty where the client did not send one. */
    Optional<String> idempotencyKey() {
        var values = context.request().headers().getAll("Idempotency-Key");
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1 || !KEY.matcher(values.get(0)).matches()) {
            throw Problem.of(400, "invalid_request", "Idempotency-Key is to be one key of 1 to 255 visible characters")
                    .asException();
        }
        return Optional.of(values.get(0));
    }
}
