package dev.tiergate.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how it is entered, in one of three forms; each scheme begins with {@code rediss} for TLS:
 *
 * <ul>
 *   <li>{@code redis://[user:password@]host[:port][/database]}
 *   <li>{@code redis-sentinel://[user:password@]host[:port],…[/database]?master=NAME[&sentinel-user=…&sentinel-password=…]}
 *   <li>{@code redis-cluster://[user:password@]host[:port],…}
 * </ul>
 */
public final class RedisUri {

    /** How the servers belong together. */
    public enum Kind {
        STANDALONE("", 6379),
        SENTINEL("-sentinel", 26379),
        CLUSTER("-cluster", 6379);

        private final String suffix;
        private final int port;

        Kind(String suffix, int port) {
            this.suffix = suffix;
            this.port = port;
        }

        private static Kind of(String suffix) {
            for (Kind kind : values()) {
                if (kind.suffix.equals(suffix)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(suffix);
        }
    }

    /** As whom to enter; a user of null is Redis's default user. */
    record Login(@Nullable String user, String password) {

        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    private static final Pattern FORM =
            Pattern.compile("redis(s?)(-sentinel|-cluster|)://(?:([^/?#@]*)@)?([^/?#@]+)(?:/([^?#]*))?(?:\\?([^#]*))?");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:([A-Za-z0-9._-]+)|\\[([0-9A-Fa-f:.]+)])(?::(\\d{1,5}))?");
    private static final Pattern DATABASE = Pattern.compile("\\d{1,5}");
    private static final int LAST_PORT = 65_535;

    private final Kind kind;
    private final boolean tls;
    private final @Nullable Login login;
    private final List<RedisServer> servers;
    private final int database;
    private final String master;
    private final @Nullable Login sentinelLogin;

    private RedisUri(Matcher form) {
        this.tls = !form.group(1).isEmpty();
        this.kind = Kind.of(form.group(2));
        this.login = login(form.group(3));
        this.servers = servers(form.group(4), kind.port);
        this.database = database(form.group(5));
        Map<String, String> parameters = parameters(form.group(6));
        this.master = parameters.getOrDefault("master", "");
        String sentinelPassword = parameters.get("sentinel-password");
        this.sentinelLogin =
                sentinelPassword == null ? null : new Login(parameters.get("sentinel-user"), sentinelPassword);
        check(parameters);
    }

    /** @throws IllegalArgumentException saying what is wrong, to be read after the setting's name; it holds nothing secret */
    public static RedisUri parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("is no such URL");
        }
        return new RedisUri(form);
    }

    private void check(Map<String, String> parameters) {
        if (kind == Kind.STANDALONE && servers.size() > 1) {
            throw new IllegalArgumentException("names several servers: say redis-sentinel:// or redis-cluster://");
        }
        if (kind == Kind.CLUSTER && database != 0) {
            throw new IllegalArgumentException("names a database, but a cluster has only 0");
        }
        if (kind == Kind.SENTINEL && master.isEmpty()) {
            throw new IllegalArgumentException("does not say which master the sentinels watch: add ?master=NAME");
        }
        if (kind != Kind.SENTINEL && !parameters.isEmpty()) {
            throw new IllegalArgumentException("takes no parameters after '?' in this form");
        }
        if (parameters.containsKey("sentinel-user") && sentinelLogin == null) {
            throw new IllegalArgumentException("has a sentinel-user without a sentinel-password");
        }
    }

    private static @Nullable Login login(@Nullable String userInfo) {
        if (userInfo == null || userInfo.isEmpty()) {
            return null;
        }
        int colon = userInfo.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("has a user without a password: say user:password@, or :password@");
        }
        String user = decode(userInfo.substring(0, colon));
        return new Login(user.isEmpty() ? null : user, decode(userInfo.substring(colon + 1)));
    }

    private static List<RedisServer> servers(String text, int port) {
        List<RedisServer> servers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            var address = ADDRESS.matcher(part);
            if (!address.matches()) {
                throw new IllegalArgumentException("has an address that is not host:port");
            }
            String host = address.group(1) == null ? address.group(2) : address.group(1);
            int own = address.group(3) == null ? port : Integer.parseInt(address.group(3));
            if (own < 1 || own > LAST_PORT) {
                throw new IllegalArgumentException("has a port that is not from 1 to 65535");
            }
            servers.add(new RedisServer(host, own));
        }
        return List.copyOf(servers);
    }

    private static int database(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            return 0;
        }
        if (!DATABASE.matcher(path).matches()) {
            throw new IllegalArgumentException("has a database that is no number");
        }
        return Integer.parseInt(path);
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query == null) {
            return parameters;
        }
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            switch (name) {
                case "master", "sentinel-user", "sentinel-password" -> {
                    if (parameters.put(name, equals < 0 ? "" : decode(part.substring(equals + 1))) != null) {
                        throw new IllegalArgumentException("names a parameter twice");
                    }
                }
                default ->
                    throw new IllegalArgumentException(
                            "has an unknown parameter; known are master, sentinel-user and sentinel-password");
            }
        }
        return parameters;
    }

    /** A plus is a plus: this is no form. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("has a % that is followed by no two hexadecimal digits");
        }
    }

    public Kind kind() {
        return kind;
    }

    /** The one server, the sentinels, or those of the cluster's that are asked for the others. */
    List<RedisServer> servers() {
        return servers;
    }

    boolean tls() {
        return tls;
    }

    @Nullable
    Login login() {
        return login;
    }

    int database() {
        return database;
    }

    /** What the sentinels call it; empty in other forms. */
    String master() {
        return master;
    }

    @Nullable
    Login sentinelLogin() {
        return sentinelLogin;
    }

    /** Without what is secret. */
    @Override
    public String toString() {
        return kind + " " + servers + (master.isEmpty() ? "" : " " + master);
    }
}
