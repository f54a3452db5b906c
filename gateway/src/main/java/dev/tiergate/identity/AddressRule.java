package dev.tiergate.identity;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;

/** Refuses addresses at which clouds keep their credentials, and others that no key server has, unless they are named. */
final class AddressRule implements Predicate<InetAddress> {

    /** Metadata services outside of the link-local blocks: AWS over IPv6, Alibaba, Azure, Oracle. */
    private static final Set<String> METADATA =
            Set.of("fd00:ec2:0:0:0:0:0:254", "100.100.100.200", "168.63.129.16", "192.0.0.192");

    /** RFC 6052 section 2.1: the last four bytes are an IPv4 address. */
    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

    private final Predicate<InetAddress> named;

    AddressRule(Predicate<InetAddress> named) {
        this.named = named;
    }

    /** True for an address that may be spoken to. */
    @Override
    public boolean test(InetAddress address) {
        return named.test(address) || !(refused(address) || refused(translated(address)));
    }

    private static boolean refused(InetAddress address) {
        return address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || METADATA.contains(address.getHostAddress());
    }

    private static InetAddress translated(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address) || !Arrays.equals(Arrays.copyOf(bytes, NAT64.length), NAT64)) {
            return address;
        }
        return Addresses.ofBytes(Arrays.copyOfRange(bytes, NAT64.length, bytes.length));
    }
}
