package dev.tiergate.identity;

import java.time.Duration;

/** Wakes up later, once. */
@FunctionalInterface
interface Alarm {

    /** Calls the task after the delay; the answer, when run before, keeps it from being called. */
    Runnable after(Duration delay, Runnable task);
}
