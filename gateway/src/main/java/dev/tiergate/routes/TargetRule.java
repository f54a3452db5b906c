package dev.tiergate.routes;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the gateway must not send requests of its own accord: link-local addresses and those of cloud metadata services,
 * which hand out credentials to whoever reaches them.
 *
 * @param refused blocks that are not spoken to
 * @param allowed blocks that the operator has opened
 */
public record TargetRule(List<Cidr> refused, List<Cidr> allowed) {

    private static final List<Cidr> LINK_LOCAL_AND_METADATA = List.of(
            new Cidr("169.254.0.0/16"),
            new Cidr("fe80::/10"),
            new Cidr("fd00:ec2::254"),
            new Cidr("100.100.100.200"),
            new Cidr("192.0.0.192"),
            new Cidr("168.63.129.16"));

    /** IPv4 behind a translator (RFC 6052, section 2.1). */
    private static final Cidr TRANSLATED = new Cidr("64:ff9b::/96");

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long LAST_32_BITS = 0xffff_ffffL;

    private static final Set<String> REFUSED_NAMES =
            Set.of("metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal");

    public TargetRule {
        refused = List.copyOf(refused);
        allowed = List.copyOf(allowed);
    }

    /** Link-local and metadata addresses, but for what is allowed. */
    public TargetRule(List<Cidr> allowed) {
        this(LINK_LOCAL_AND_METADATA, allowed);
    }

    /** For an address that a name was resolved to, just before it is connected to. */
    public boolean refuses(IpAddress address) {
        if (allowed.stream().anyMatch(block -> block.contains(address))) {
            return false;
        }
        IpAddress meant =
                TRANSLATED.contains(address) ? new IpAddress(0, MAPPED | (address.low() & LAST_32_BITS)) : address;
        return refused.stream().anyMatch(block -> block.contains(meant));
    }

    /** For a host as it is written, an IPv6 address in brackets or not; names that are not known to be one pass. */
    public boolean refuses(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        IpAddress address = IpAddress.parse(bare);
        if (address != null) {
            return refuses(address);
        }
        String name = bare.toLowerCase(Locale.ROOT);
        return REFUSED_NAMES.contains(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
    }
}
