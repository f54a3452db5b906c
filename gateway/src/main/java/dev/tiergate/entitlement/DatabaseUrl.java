package dev.tiergate.entitlement;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * {@code postgresql://user:password@host:port/database?sslmode=…&sslrootcert=…}, as both clients read it.
 *
 * <p>{@code sslmode} and {@code sslrootcert} mean what libpq says; other parameters are settings of the session.
 */
public final class DatabaseUrl {

    private static final int DEFAULT_PORT = 5432;
    private static final String SSL_MODE = "sslmode";
    private static final String SSL_ROOT_CERT = "sslrootcert";

    private final String host;
    private final int port;
    private final String database;
    private final String user;
    private final String password;
    private final Map<String, String> parameters;

    private DatabaseUrl(
            String host, int port, String database, String user, String password, Map<String, String> parameters) {
        this.host = host;
        this.port = port;
        this.database = database;
        this.user = user;
        this.password = password;
        this.parameters = parameters;
    }

    /** @throws IllegalArgumentException with a sentence that does not print the URL */
    public static DatabaseUrl parse(String text) {
        URI uri;
        try {
            uri = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw wrong();
        }
        var scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("postgresql") || scheme.equals("postgres"))) {
            throw wrong();
        }
        var login = Objects.requireNonNullElse(uri.getRawUserInfo(), "postgres").split(":", 2);
        var path = Objects.requireNonNullElse(uri.getRawPath(), "");
        var user = decode(login[0]);
        return new DatabaseUrl(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                path.length() > 1 ? decode(path.substring(1)) : user,
                user,
                login.length > 1 ? decode(login[1]) : "",
                parameters(uri.getRawQuery()));
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException(
                "The database URL is to read postgresql://user:password@host:port/database; this one does not");
    }

    private static Map<String, String> parameters(@Nullable String query) {
        var all = new LinkedHashMap<String, String>();
        if (query != null) {
            for (var pair : query.split("&")) {
                var parts = pair.split("=", 2);
                all.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
            }
        }
        return all;
    }

    /** In a URL, unlike in a form, a plus is a plus. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    public PgConnectOptions forVertx() {
        var options = new PgConnectOptions()
                .setHost(host)
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setPassword(password);
        options.addProperty("application_name", "tiergate");
        parameters.forEach((name, value) -> {
            if (!name.equals(SSL_MODE) && !name.equals(SSL_ROOT_CERT)) {
                options.addProperty(name, value);
            }
        });
        var mode = SslMode.of(parameters.getOrDefault(SSL_MODE, "disable"));
        return mode == SslMode.DISABLE ? options : options.setSslMode(mode).setSslOptions(tls(mode));
    }

    private ClientSSLOptions tls(SslMode mode) {
        var tls = new ClientSSLOptions().setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        var authority = parameters.get(SSL_ROOT_CERT);
        if (authority != null) {
            tls.setTrustOptions(new PemTrustOptions().addCertPath(authority));
        } else if (mode != SslMode.VERIFY_FULL && mode != SslMode.VERIFY_CA) {
            tls.setTrustAll(true);
        }
        return tls;
    }

    /** Without user and password, so that it may be printed. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** What belongs to {@link #jdbcUrl()}; with the password. */
    public Properties jdbcProperties() {
        var properties = new Properties();
        parameters.forEach(properties::setProperty);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "tiergate");
        properties.setProperty("connectTimeout", "5");
        // The longest that one statement of a migration may take to answer.
        properties.setProperty("socketTimeout", "300");
        return properties;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }
}
