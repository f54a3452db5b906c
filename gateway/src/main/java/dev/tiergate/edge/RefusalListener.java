package dev.tiergate.edge;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Refuse;

/** Told of each request that the gate refuses to a store that it knows; not in shadow. Returns at once, never throws. */
@FunctionalInterface
public interface RefusalListener {

    /** For nobody who listens. */
    RefusalListener NONE = (call, refuse) -> {};

    /** @param call with caller and entitlements */
    void refused(Call call, Refuse refuse);
}
