package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads cross-origin rules. */
final class CorsReader {

    /** As browsers write it (RFC 6454, section 6.2). */
    private static final Pattern ORIGIN =
            Pattern.compile("https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:.]+](:[0-9]{1,5})?");

    private final Problems problems;

    CorsReader(Problems problems) {
        this.problems = problems;
    }

    /** Null where the key is absent. */
    @Nullable
    CorsConfig read(Section parent) {
        if (!parent.has("cors")) {
            return null;
        }
        Section cors = parent.section("cors");
        Set<String> origins = texts(cors, "origins", Set.of());
        boolean credentials = cors.flag("credentials", false);
        checkOrigins(cors, credentials);
        Set<String> headers = texts(cors, "headers", Set.of("Authorization", "Content-Type"));
        if (headers.contains("*") && headers.size() > 1) {
            problems.error(cors.at("headers"), "* stands for every header; remove the others, or the *");
        }
        return problems.build(
                        cors.at(),
                        () -> new CorsConfig(
                                origins,
                                texts(cors, "methods", Set.of("GET", "HEAD", "POST")),
                                headers,
                                credentials,
                                cors.duration("max-age", Duration.ofMinutes(10))))
                .orElse(null);
    }

    private void checkOrigins(Section cors, boolean credentials) {
        List<Yaml.Scalar> origins = cors.texts("origins");
        for (Yaml.Scalar origin : origins) {
            if (origin.text().equals("*")) {
                if (credentials) {
                    problems.error(
                            origin.at(),
                            "the origin * with credentials gives every site what a user may see; name origins");
                } else if (origins.size() > 1) {
                    problems.error(origin.at(), "* stands for every origin; remove the others, or the *");
                }
            } else if (!ORIGIN.matcher(origin.text()).matches()) {
                problems.error(
                        origin.at(),
                        "an origin is scheme, host and port as browsers write them, such as https://shop.example.com, in"
                                + " small letters and without a path");
            }
        }
    }

    private static Set<String> texts(Section section, String key, Set<String> otherwise) {
        if (!section.has(key)) {
            return new LinkedHashSet<>(new java.util.TreeSet<>(otherwise));
        }
        Set<String> texts = new LinkedHashSet<>();
        section.texts(key).forEach(scalar -> texts.add(scalar.text()));
        return texts;
    }

    static Set<String> lowerCase(Section section, String key) {
        Set<String> names = new LinkedHashSet<>();
        section.texts(key).forEach(scalar -> names.add(scalar.text().toLowerCase(Locale.ROOT)));
        return names;
    }
}
