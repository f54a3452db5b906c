package dev.tiergate.routes;

import dev.tiergate.plugin.Targets;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway must not send requests of its own accord: link-local addresses and those of cloud metadata services,
 * which hand out credentials to whoever reaches them; its own stores and its admin listener; and all that is not on the
 * operator's list, where there is one.
 *
 * @param refused blocks that are not spoken to
 * @param allowed blocks that routes.yaml has opened
 * @param only the operator's list; null for none
 * @param reserved the gateway's own places
 */
public record TargetRule(
        List<Cidr> refused, List<Cidr> allowed, @Nullable AllowedTargets only, Reserved reserved) implements Targets {

    /** Places that are the gateway's own: an upstream there would be a way round their guards. */
    @FunctionalInterface
    public interface Reserved {

        Reserved NOTHING = (address, port) -> false;

        /** Asked by all event loops, for each request; never blocks. */
        boolean holds(IpAddress address, int port);
    }

    private static final List<Cidr> LINK_LOCAL_AND_METADATA = List.of(
            new Cidr("169.254.0.0/16"),
            new Cidr("fe80::/10"),
            new Cidr("fd00:ec2::254"),
            new Cidr("100.100.100.200"),
            new Cidr("192.0.0.192"),
            new Cidr("168.63.129.16"));

    /** IPv4 behind a translator (RFC 6052, section 2.1). */
    private static final Cidr TRANSLATED = new Cidr("64:ff9b::/96");

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long LAST_32_BITS = 0xffff_ffffL;

    private static final Set<String> REFUSED_NAMES =
            Set.of("metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal");

    public TargetRule {
        refused = List.copyOf(refused);
        allowed = List.copyOf(allowed);
    }

    public TargetRule(List<Cidr> refused, List<Cidr> allowed) {
        this(refused, allowed, null, Reserved.NOTHING);
    }

    /** Link-local and metadata addresses, but for what is allowed. */
    public TargetRule(List<Cidr> allowed) {
        this(LINK_LOCAL_AND_METADATA, allowed);
    }

    /** The same, where the operator has a list. */
    public TargetRule only(@Nullable AllowedTargets list) {
        return new TargetRule(refused, allowed, list, reserved);
    }

    /** The same, with what is the gateway's own. */
    public TargetRule reserving(Reserved own) {
        return new TargetRule(refused, allowed, only, own);
    }

    /**
     * Why a connection must not be used, in a few words; empty when it may be. It knows what a name led to, and a host that is
     * an address was checked for metadata when its file was read.
     */
    public Optional<String> objection(String host, IpAddress address, int port) {
        if (refuses(address) && IpAddress.parse(AllowedTargets.bareName(host)) == null) {
            return Optional.of("a link-local or metadata address; if it is meant, name it in allow-address");
        }
        if (reserved.holds(address, port) && allowed.stream().noneMatch(block -> block.contains(address))) {
            return Optional.of(
                    "the gateway's own Redis, PostgreSQL or admin listener; if it is meant, name it in allow-address");
        }
        return only == null || only.permits(host, address, port)
                ? Optional.empty()
                : Optional.of("not in " + AllowedTargets.VARIABLE);
    }

    @Override
    public Optional<String> objection(String host, @Nullable SocketAddress connected) {
        String text = connected == null ? null : connected.hostAddress();
        IpAddress address = text == null ? null : IpAddress.parse(text);
        return connected == null || address == null
                ? Optional.of("no address")
                : objection(host, address, connected.port());
    }

    @Override
    public Optional<String> objection(URI url) {
        if (refuses(url.getHost())) {
            return Optional.of(
                    "must not be a link-local or metadata address; if it is meant, name it in allow-address");
        }
        int usual = "https".equalsIgnoreCase(url.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        return mayName(url.getHost(), url.getPort() > 0 ? url.getPort() : usual)
                ? Optional.empty()
                : Optional.of(
                        "must stand in " + AllowedTargets.VARIABLE + ", the operator's list, and this one does not");
    }

    /** Whether a file may name this host and port, as far as the operator's list can tell without asking a name server. */
    public boolean mayName(String host, int port) {
        return only == null || only.mayName(host, port);
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
        String name = AllowedTargets.bareName(host);
        IpAddress address = IpAddress.parse(name);
        return address == null ? REFUSED_NAMES.contains(name) : refuses(address);
    }
}
