package dev.tiergate.routes;

import dev.tiergate.routes.yaml.Yaml;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Reads addresses that the gateway speaks to of its own accord, and refuses those that it must not. */
final class TargetReader {

    private final TargetRule rule;
    private final Problems problems;

    TargetReader(TargetRule rule, Problems problems) {
        this.rule = rule;
        this.problems = problems;
    }

    /** Scheme, host and port, without anything after. */
    Optional<URI> endpoint(Yaml.Scalar scalar) {
        return url(scalar, "an endpoint").flatMap(uri -> {
            boolean bare = uri.getRawPath() == null
                    || uri.getRawPath().isEmpty()
                    || uri.getRawPath().equals("/");
            if (!bare || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                problems.error(
                        scalar.at(),
                        "an endpoint is scheme, host and port alone, such as http://10.0.0.1:8080; requests keep their"
                                + " own path");
            }
            return Optional.of(URI.create(uri.getScheme() + "://" + uri.getRawAuthority()));
        });
    }

    /** Any http or https URL with a host that may be spoken to. */
    Optional<URI> url(Yaml.Scalar scalar, String what) {
        URI uri;
        try {
            uri = new URI(scalar.text());
        } catch (URISyntaxException e) {
            return wrong(scalar, what + " must be a URL such as http://10.0.0.1:8080");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return wrong(scalar, what + " must begin with http:// or https://");
        }
        if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
            return wrong(scalar, what + " holds no user name or password");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65535) {
            return wrong(scalar, what + " must have a host, and a port from 1 to 65535 if any");
        }
        Optional<String> objection = rule.objection(uri);
        return objection.isEmpty() ? Optional.of(uri) : wrong(scalar, what + " " + objection.get());
    }

    private Optional<URI> wrong(Yaml.Scalar scalar, String message) {
        problems.error(scalar.at(), message);
        return Optional.empty();
    }
}
