package dev.tiergate.limits;

import java.util.Map;
import java.util.TreeMap;

/** One windowed counter as ledger.lua keeps it, without Redis. */
final class CounterModel {

    long charged;
    long held;
    private final Map<String, Holder> holders = new TreeMap<>();

    private static final class Holder {
        private long held;
        private long number;
        private long granted;
    }

    /** What a charge found. */
    enum Found {
        ROOM,
        OVER,
        /** Too little, but enough if what nodes hold came back. */
        HELD
    }

    Found charge(long units, long limit) {
        if (limit >= 0 && charged + units > limit) {
            return held > 0 && charged - held + units <= limit ? Found.HELD : Found.OVER;
        }
        charged += units;
        return Found.ROOM;
    }

    void back(long units) {
        charged -= Math.max(0, Math.min(charged - held, units));
    }

    /** @return what is granted */
    long lease(String node, Lease.Exchange exchange, long limit, long share) {
        var holder = holders.computeIfAbsent(node, first -> new Holder());
        if (exchange.number() <= holder.number) {
            return exchange.number() == holder.number ? holder.granted : 0;
        }
        charged = Math.max(0, charged - exchange.give());
        long room = limit < 0 ? exchange.want() : Math.max(0, (limit - charged) / share);
        long granted = Math.min(exchange.want(), room);
        charged += granted;
        held += exchange.hold() + granted - holder.held;
        holder.held = exchange.hold() + granted;
        holder.number = exchange.number();
        holder.granted = granted;
        return granted;
    }

    /** @return the units that are forfeit */
    long forfeit(String node) {
        var holder = holders.get(node);
        if (holder == null) {
            return 0;
        }
        long lost = holder.held;
        held -= lost;
        holder.held = 0;
        return lost;
    }

    /** Another epoch begins, in which nothing of this is held. */
    void forgetHeld() {
        held = 0;
        holders.clear();
    }

    long heldBy(String node) {
        var holder = holders.get(node);
        return holder == null ? 0 : holder.held;
    }
}
