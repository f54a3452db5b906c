package dev.tiergate.redis;

/** The address of one server of Redis, or of one sentinel. */
public record RedisServer(String host, int port) {

    /** {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
