package dev.tiergate.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The only places that the gateway may send requests to, as an operator lists them: {@code host:port},
 * {@code 10.0.0.0/8}, {@code 10.0.0.0/8:8080}, {@code [2001:db8::/32]:443}, separated by commas.
 */
public record AllowedTargets(List<Entry> entries) {

    /** The variable that holds the list; everything may be named where it is not set. */
    public static final String VARIABLE = "TIERGATE_UPSTREAM_ALLOW";

    private static final int ANY_PORT = 0;
    private static final int MAX_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("(?=.*[A-Za-z])[A-Za-z0-9._-]+");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    /**
     * @param host a name in lower case; null for a block of addresses
     * @param port 0 for any
     */
    record Entry(@Nullable String host, @Nullable Cidr block, int port) {

        private boolean fits(int wanted) {
            return port == ANY_PORT || port == wanted;
        }

        boolean names(String name, int wanted) {
            return name.equals(host) && fits(wanted);
        }

        boolean holds(IpAddress address, int wanted) {
            return block != null && block.contains(address) && fits(wanted);
        }
    }

    public AllowedTargets {
        entries = List.copyOf(entries);
    }

    /** @throws IllegalArgumentException naming the entry that makes no sense */
    public static AllowedTargets parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            entries.add(entry(entry.strip()));
        }
        return new AllowedTargets(entries);
    }

    private static Entry entry(String text) {
        int close = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.lastIndexOf(':');
        boolean bare = close < 0 && text.indexOf(':') != colon;
        int split = close >= 0 ? close + 1 : bare || colon < 0 ? text.length() : colon;
        String place = close >= 0 ? text.substring(1, close) : text.substring(0, split);
        int port = split == text.length() ? ANY_PORT : port(text, split);
        if (NAME.matcher(place).matches() && close < 0) {
            if (port == ANY_PORT) {
                throw wrong(text);
            }
            return new Entry(bareName(place), null, port);
        }
        try {
            return new Entry(null, new Cidr(place), port);
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
    }

    private static int port(String text, int colon) {
        String digits = text.substring(colon + 1);
        int port = text.charAt(colon) == ':' && PORT.matcher(digits).matches() ? Integer.parseInt(digits) : -1;
        if (port < 1 || port > MAX_PORT) {
            throw wrong(text);
        }
        return port;
    }

    private static IllegalArgumentException wrong(String entry) {
        return new IllegalArgumentException(
                "'" + entry + "' is neither host:port nor a block of addresses such as 10.0.0.0/8 or 10.0.0.0/8:8080");
    }

    /**
     * Whether a file may name this host. A name that no entry names passes where a block may hold its address: then the
     * connection decides.
     *
     * @param host as it is written, an IPv6 address in brackets or not
     */
    public boolean mayName(String host, int port) {
        IpAddress address = IpAddress.parse(bareName(host));
        if (address != null) {
            return entries.stream().anyMatch(entry -> entry.holds(address, port));
        }
        String name = bareName(host);
        return entries.stream()
                .anyMatch(entry -> entry.names(name, port) || (entry.block() != null && entry.fits(port)));
    }

    /** @param connected where the host led */
    public boolean permits(String host, IpAddress connected, int port) {
        String name = bareName(host);
        return entries.stream().anyMatch(entry -> entry.names(name, port) || entry.holds(connected, port));
    }

    /** In lower case, without brackets and without the dot of the root. */
    static String bareName(String host) {
        String name = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name).toLowerCase(Locale.ROOT);
    }
}
