package dev.tiergate.routes;

/** A block of addresses, IPv4 or IPv6, such as {@code 10.0.0.0/8}; a bare address is a block of one. */
public record Cidr(String text, IpAddress network, int prefix) {

    /** An IPv4 address stands in the last 32 of 128 bits. */
    private static final int V4_OFFSET = 96;

    /** @throws IllegalArgumentException when the text is no block of addresses */
    public Cidr(String text) {
        this(text, network(text), prefix(text));
    }

    /** @param prefix leading bits that count, of 128, for IPv4 too */
    public Cidr {
        if (prefix < (network.v4() ? V4_OFFSET : 0) || prefix > 128) {
            throw wrong(text);
        }
        if (network.high() != (network.high() & mask(prefix)) || network.low() != (network.low() & mask(prefix - 64))) {
            throw new IllegalArgumentException("'" + text + "' has bits set after its prefix");
        }
    }

    public boolean contains(IpAddress address) {
        return address.v4() == network.v4()
                && (address.high() & mask(prefix)) == network.high()
                && (address.low() & mask(prefix - 64)) == network.low();
    }

    /** As many leading ones as given, none below 0 and all from 64 on. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }

    private static IpAddress network(String text) {
        int slash = text.indexOf('/');
        IpAddress address =
                text.indexOf('%') >= 0 ? null : IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null || (address.v4() && text.indexOf(':') >= 0)) {
            throw wrong(text);
        }
        return address;
    }

    private static int prefix(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return 128;
        }
        String digits = text.substring(slash + 1);
        if (!digits.matches("0|[1-9][0-9]{0,2}")) {
            throw wrong(text);
        }
        int bits = Integer.parseInt(digits);
        return network(text).v4() ? bits + V4_OFFSET : bits;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a block of addresses such as 10.0.0.0/8 or 2001:db8::/32");
    }

    @Override
    public String toString() {
        return text;
    }
}
