package dev.tiergate.plugin;

import java.util.function.Function;

/** What a check answers. A refusal is a value; only faults are exceptions. */
public sealed interface Decision permits Allow, Refuse {

    /** One function a case, so that a new case breaks every caller when it compiles. */
    <T> T fold(Function<? super Allow, ? extends T> allow, Function<? super Refuse, ? extends T> refuse);
}
