package dev.tiergate.identity;

import dev.tiergate.plugin.Caller;

/** What became of one token. */
sealed interface TokenVerdict {

    /**
     * The token is good at the time that was asked about.
     *
     * @param validity when else it is
     */
    record Good(Caller caller, Validity validity) implements TokenVerdict {}

    /** The token is not good. */
    record Bad(TokenFlaw flaw) implements TokenVerdict {}
}
