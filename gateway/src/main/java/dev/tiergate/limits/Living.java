package dev.tiergate.limits;

import dev.tiergate.limits.LedgerScript.Operation;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says that this node lives, hears who else does, and takes from the counters what dead ones held. */
final class Living {

    /** Of the counters that were found waiting for a node that did not answer. */
    private static final int MOST_SUSPECTS = 10_000;

    /** Seconds in which a suspect is looked at: a node that died is missed after 18. */
    private static final int LOOKS = 25;

    private static final String NODES = "tg:nodes";

    private final RedisLink link;
    private final NodeCounters node;
    private final Map<NodeCounter, Integer> suspects = new HashMap<>();

    Living(RedisLink link, NodeCounters node) {
        this.link = link;
        this.node = node;
    }

    /** Somebody holds units of this counter and does not give them back. */
    void suspect(NodeCounter counter) {
        if (suspects.size() < MOST_SUSPECTS) {
            suspects.put(counter, LOOKS);
        }
    }

    /** Called by each of the node's event loops at a steady pace; one of them says it, each second. */
    void tick() {
        if (link.reaches(NODES) && node.aliveDue(System.nanoTime())) {
            link.send(new Alive());
        }
        link.probeLate(NODES);
    }

    private void heard(List<String> listed) {
        node.living().listed(listed);
        if (!node.living().certain()) {
            return;
        }
        List<String> living = node.living().all();
        for (NodeCounter counter : List.copyOf(suspects.keySet())) {
            suspects.computeIfPresent(counter, (same, looks) -> looks > 1 ? looks - 1 : null);
            if (!link.spared(counter.place().store())) {
                link.send(new Forfeit(counter, living));
            }
        }
    }

    /** Also the probe of its server, should nobody ask that, as it answered late. */
    private final class Alive implements LinkCommand {

        @Override
        public String tag() {
            return NODES;
        }

        @Override
        public Sign sign() {
            return Sign.PROBE;
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            Request request = script.call(1).arg(NODES);
            script.operation(request, Operation.ALIVE, 0);
            return request.arg(node.id());
        }

        @Override
        public void answered(Response reply) {
            if (LedgerScript.code(reply) == LedgerScript.Code.DONE) {
                heard(LedgerScript.names(reply));
            } else {
                Faults.log(LedgerScript.fault(reply));
            }
        }

        @Override
        public void failed(boolean dispatched) {}
    }

    private final class Forfeit implements LinkCommand {

        private final NodeCounter counter;
        private final List<String> living;

        Forfeit(NodeCounter counter, List<String> living) {
            this.counter = counter;
            this.living = living;
        }

        @Override
        public String tag() {
            return counter.place().store();
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            Request request = script.call(2);
            counter.place().addEpoch(request);
            counter.place().addKey(request);
            script.operation(request, Operation.FORFEIT, 0);
            request.arg("");
            counter.place().describe(request, 0, -1);
            living.forEach(request::arg);
            return request;
        }

        @Override
        public void answered(Response reply) {
            boolean there = LedgerScript.code(reply) == LedgerScript.Code.DONE;
            long lost = there ? LedgerScript.forfeited(reply) : 0;
            if (lost > 0) {
                node.forfeited(lost);
            }
            if (lost > 0 || !there) {
                suspects.remove(counter);
            }
        }

        @Override
        public void failed(boolean dispatched) {}
    }
}
