package dev.tiergate.limits;

/**
 * What one event loop counts with.
 *
 * @param deadlineMillis of each command
 */
record LedgerLoop(RedisLink link, Counters counters, ColdStores cold, CopyKeeper copies, long deadlineMillis) {

    static LedgerLoop of(RedisLink link, NodeCounters node, long deadlineMillis) {
        return new LedgerLoop(link, new Counters(node), new ColdStores(link, node), node.copies(), deadlineMillis);
    }

    /** Redis told of a counter. */
    void learn(NodeCounter counter, Told told) {
        if (counter.learn(told)) {
            copies.learned(counter);
        }
    }

    /** Fills the store that a command found cold, and sends the command again. */
    void fillFor(LinkCommand command, Runnable failed) {
        cold.fill(command.tag()).onComplete(outcome -> {
            if (outcome.succeeded()) {
                link.send(command);
            } else {
                failed.run();
            }
        });
    }
}
