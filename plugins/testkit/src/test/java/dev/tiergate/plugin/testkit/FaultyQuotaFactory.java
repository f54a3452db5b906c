package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Makes a limit with one fault, or with none. */
public final class FaultyQuotaFactory implements QuotaFactory<FaultyQuotaFactory.Config> {

    private final Map<String, Long> used = new HashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What is shared by all that say so. */
    private final Quota shared = new FaultyQuota(QuotaFault.IS_SHARED, used, closed);

    /** @param fault a fault's key; {@code none} for none */
    public record Config(String fault) {
        public Config {
            if (!fault.equals("none") && known(fault) == null) {
                throw new IllegalArgumentException("there is no fault '" + fault + "'");
            }
        }

        private static @Nullable QuotaFault known(String key) {
            return Arrays.stream(QuotaFault.values())
                    .filter(one -> one.key().equals(key))
                    .findFirst()
                    .orElse(null);
        }
    }

    @Override
    public String name() {
        return "faulty-quota";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public Quota create(String code, Config config) {
        var fault = Config.known(config.fault());
        return fault == QuotaFault.IS_SHARED ? shared : new FaultyQuota(fault, used, closed);
    }
}
