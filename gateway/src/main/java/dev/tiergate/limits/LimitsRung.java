package dev.tiergate.limits;

/** How well a node can count, from best to worst: the worst that requests met lately, as {@link LocalDecisions} knows. */
public enum LimitsRung {
    /** Redis answers. */
    EXACT("exact"),
    /** Redis is away; units that this node held in advance were enough so far. */
    LEASED("leased"),
    /** Redis is away, or did not count; requests are admitted from this node's part of what was left. */
    LOCAL_BUDGET("local-budget"),
    /** Redis is away, or did not count, and requests are refused: by policy, or because the budget is spent. */
    REFUSING("refusing");

    private final String label;

    LimitsRung(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
