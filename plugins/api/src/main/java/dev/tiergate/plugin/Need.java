package dev.tiergate.plugin;

import org.jspecify.annotations.Nullable;

/**
 * What one request asks of a tier, all of it together; null and 0 where it does not ask.
 *
 * @param model a model name
 * @param modelGroup a model group's code
 * @param limitCode the limit that must have room for {@code units}
 * @param units the value that the limit must have at least, of its whole window
 */
public record Need(
        @Nullable String featureCode,
        @Nullable String minimumTier,
        @Nullable String model,
        @Nullable String modelGroup,
        @Nullable String limitCode,
        long units) {

    public static Need feature(@Nullable String featureCode, @Nullable String minimumTier) {
        return new Need(featureCode, minimumTier, null, null, null, 0);
    }

    public Need withModel(@Nullable String name) {
        return new Need(featureCode, minimumTier, name, modelGroup, limitCode, units);
    }

    public Need withModelGroup(@Nullable String group) {
        return new Need(featureCode, minimumTier, model, group, limitCode, units);
    }

    public Need withLimit(String code, long room) {
        return new Need(featureCode, minimumTier, model, modelGroup, code, room);
    }
}
