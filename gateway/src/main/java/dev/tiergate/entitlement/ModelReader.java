package dev.tiergate.entitlement;

import dev.tiergate.plugin.BodyTooLargeException;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Reason;
import dev.tiergate.routes.Route.ModelRule;
import dev.tiergate.routes.Route.ModelRule.Place;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the model that a request names: in the body, the query, a header. What another parser could read differently is
 * refused, for the gate must not decide on another name than the backend reads.
 */
final class ModelReader {

    /** What the request says. */
    sealed interface Reading {

        /** @param model as the request spells it; empty when none is named */
        record Read(Optional<String> model) implements Reading {}

        record Refused(Reason reason, String detail) implements Reading {}
    }

    private static final Reading MULTIPART = new Reading.Refused(
            Reason.AMBIGUOUS_BODY, "A multipart body can be read in several ways; send JSON or a form");
    private static final Reading ENCODED =
            new Reading.Refused(Reason.UNSUPPORTED_ENCODING, "A body with a content encoding cannot be inspected");
    private static final Reading NEITHER =
            new Reading.Refused(Reason.UNSUPPORTED_ENCODING, "The body has to be JSON or a form, in UTF-8");
    private static final Reading NONE = new Reading.Read(Optional.empty());

    private final List<Place> places;
    private final String name;
    private final int inspectBytes;

    private ModelReader(List<Place> places, String name, int inspectBytes) {
        this.places = places;
        this.name = name;
        this.inspectBytes = inspectBytes;
    }

    /** Null where no name is to be read. */
    static @Nullable ModelReader of(@Nullable ModelRule rule, int inspectBytes) {
        return rule == null || rule.name() == null ? null : new ModelReader(rule.from(), rule.name(), inspectBytes);
    }

    /** Never fails but by a fault of the gateway. */
    Future<Reading> read(Call call) {
        return places.contains(Place.BODY)
                ? body(call).map(body -> together(call, body))
                : Future.succeededFuture(together(call, NONE));
    }

    /** The name where it can be read; empty where there is none, or the request is one to refuse for it. */
    Future<Optional<String>> readIfPlain(Call call) {
        return read(call)
                .map(reading -> reading instanceof Reading.Read read ? read.model() : Optional.<String>empty())
                .otherwise(Optional.empty());
    }

    private Reading together(Call call, Reading body) {
        if (body instanceof Reading.Refused) {
            return body;
        }
        var found = new ArrayList<String>();
        try {
            for (var place : places) {
                found.addAll(
                        switch (place) {
                            case BODY -> ((Reading.Read) body).model().stream().toList();
                            case QUERY -> NamedValues.inForm(call.query(), name);
                            case HEADER -> named(call.headers().getAll(name));
                        });
            }
            return new Reading.Read(NamedValues.onlyOne(found));
        } catch (NamedValues.AmbiguousException e) {
            return ambiguous(e);
        }
    }

    private static List<String> named(List<String> values) {
        return values.stream().filter(value -> !value.isEmpty()).toList();
    }

    private static Reading ambiguous(NamedValues.AmbiguousException e) {
        return new Reading.Refused(Reason.AMBIGUOUS_BODY, String.valueOf(e.getMessage()));
    }

    private Future<Reading> body(Call call) {
        if (!call.headers().getAll(HttpHeaders.CONTENT_ENCODING).stream().allMatch(ModelReader::isIdentity)) {
            return Future.succeededFuture(ENCODED);
        }
        var type = MediaType.of(call.headers().getAll(HttpHeaders.CONTENT_TYPE));
        // Of a body that is not looked at, it is enough to know that there is none.
        int bytes = type == MediaType.JSON || type == MediaType.FORM ? inspectBytes : 1;
        return call.body(bytes).map(body -> read(type, body)).recover(fault -> tooLarge(type, fault));
    }

    private static boolean isIdentity(String encoding) {
        return encoding.isBlank() || encoding.strip().equalsIgnoreCase("identity");
    }

    private Reading read(MediaType type, Buffer body) {
        if (body.length() == 0) {
            return NONE;
        }
        try {
            return switch (type) {
                case JSON -> new Reading.Read(NamedValues.inJson(NamedValues.utf8(body.getBytes()), name));
                case FORM ->
                    new Reading.Read(NamedValues.onlyOne(NamedValues.inForm(NamedValues.utf8(body.getBytes()), name)));
                case MULTIPART -> MULTIPART;
                case OTHER -> NEITHER;
            };
        } catch (NamedValues.AmbiguousException e) {
            return ambiguous(e);
        }
    }

    private Future<Reading> tooLarge(MediaType type, Throwable fault) {
        if (!(fault instanceof BodyTooLargeException)) {
            return Future.failedFuture(fault);
        }
        return Future.succeededFuture(
                switch (type) {
                    case MULTIPART -> MULTIPART;
                    case OTHER -> NEITHER;
                    case JSON, FORM ->
                        new Reading.Refused(
                                Reason.BODY_TOO_LARGE,
                                "A body that names a model can have " + inspectBytes + " bytes at most");
                });
    }

    /** What a body is said to be. */
    private enum MediaType {
        JSON,
        FORM,
        MULTIPART,
        /** Neither, or in another character set. */
        OTHER;

        static MediaType of(List<String> contentTypes) {
            if (contentTypes.size() != 1) {
                return OTHER;
            }
            var parts = contentTypes.get(0).toLowerCase(Locale.ROOT).split(";");
            var type = parts[0].strip();
            if (type.startsWith("multipart/")) {
                return MULTIPART;
            }
            for (int i = 1; i < parts.length; i++) {
                var parameter = parts[i].strip();
                if (parameter.startsWith("charset") && !isUtf8(parameter)) {
                    return OTHER;
                }
            }
            if (type.equals("application/json") || (type.startsWith("application/") && type.endsWith("+json"))) {
                return JSON;
            }
            return type.equals("application/x-www-form-urlencoded") ? FORM : OTHER;
        }

        private static boolean isUtf8(String parameter) {
            var value = parameter.substring("charset".length()).strip();
            var name =
                    value.startsWith("=") ? value.substring(1).replace("\"", "").strip() : value;
            return name.equals("utf-8") || name.equals("utf8") || name.equals("us-ascii");
        }
    }
}
