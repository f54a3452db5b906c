package dev.tiergate.redis;

import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which servers are masters at a time, and which of them has which slot; immutable. {@link Topology} asks for it. */
final class Layout {

    static final Layout UNKNOWN = new Layout(new RedisServer[0]);

    /** By slot; of one element where there are no slots, empty where nothing is known. */
    private final @Nullable RedisServer[] bySlot;

    private final Set<RedisServer> masters = new LinkedHashSet<>();

    private Layout(@Nullable RedisServer[] bySlot) {
        this.bySlot = bySlot;
        for (RedisServer server : bySlot) {
            if (server != null) {
                masters.add(server);
            }
        }
    }

    static Layout of(RedisServer only) {
        return new Layout(new RedisServer[] {only});
    }

    /**
     * @param reply of {@code CLUSTER SLOTS}: arrays of first slot, last slot, master [host, port, …], replicas
     * @param asked stands for a host that the reply leaves out
     */
    static Layout ofSlots(Response reply, RedisServer asked) {
        var slots = new @Nullable RedisServer[Slots.COUNT];
        for (Response range : reply) {
            Response host = range.get(2).get(0);
            var name =
                    host == null || host.toString().isEmpty() || host.toString().equals("?")
                            ? asked.host()
                            : host.toString();
            var server = new RedisServer(name, number(range.get(2).get(1)));
            Arrays.fill(slots, number(range.get(0)), number(range.get(1)) + 1, server);
        }
        return new Layout(slots);
    }

    static int number(Response reply) {
        return Integer.parseInt(reply.toString());
    }

    /** Null where it is not known, or no server has the slot. */
    @Nullable
    RedisServer master(String key) {
        return switch (bySlot.length) {
            case 0 -> null;
            case 1 -> bySlot[0];
            default -> bySlot[Slots.of(key)];
        };
    }

    Set<RedisServer> masters() {
        return masters;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Layout layout && Arrays.equals(bySlot, layout.bySlot);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bySlot);
    }
}
