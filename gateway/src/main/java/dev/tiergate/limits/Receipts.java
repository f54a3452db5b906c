package dev.tiergate.limits;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the receipts of one event loop. */
record Receipts(Refunds refunds, SlotKeeper slots) {

    /** What the slots of a request are called; empty where it takes none. */
    String nameSlots(List<ChargeRequest.Line> lines) {
        for (ChargeRequest.Line line : lines) {
            if (line.slots()) {
                return slots.next();
            }
        }
        return "";
    }

    /**
     * For what was taken; its slots are still to be held.
     *
     * @param taken units of each counter; null where each line's only one gave them all
     * @param local taken from this node's own budgets
     */
    LedgerReceipt of(
            List<ChargeRequest.Line> lines, Spread spread, long @Nullable [] taken, String slotName, boolean local) {
        return new LedgerReceipt(this, lines, spread, taken, slotName, local);
    }
}
