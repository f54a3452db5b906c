package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.PluginContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes a check with one fault, or with none: then the header {@code X-Client} has to be {@code web}. */
public final class FaultyCheckFactory implements CheckFactory<FaultyCheckFactory.Config> {

    /** What is shared by all that say so. */
    private final FaultyCheck shared = new FaultyCheck(Fault.IS_SHARED, null);

    /** @param fault a fault's key; {@code none}, or left out, for none */
    public record Config(@Nullable String fault) {
        public Config {
            if (fault != null && !fault.equals("none") && known(fault) == null) {
                throw new IllegalArgumentException("there is no fault '" + fault + "'");
            }
        }

        @Nullable
        Fault known() {
            return known(fault);
        }

        private static @Nullable Fault known(@Nullable String key) {
            return Arrays.stream(Fault.values())
                    .filter(one -> one.key().equals(key))
                    .findFirst()
                    .orElse(null);
        }
    }

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Check create(Config config, PluginContext context) {
        return config.known() == Fault.IS_SHARED ? shared : new FaultyCheck(config.known(), context);
    }
}
