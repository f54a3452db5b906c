package dev.tiergate.identity;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses without asking a name server. */
final class Addresses {

    private Addresses() {}

    /** Empty when the text is not an IPv4 or IPv6 address but, say, a name. */
    static Optional<InetAddress> literal(String text) {
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(text))
                .map(Addresses::ofBytes);
    }

    static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Neither 4 nor 16 bytes", e);
        }
    }
}
