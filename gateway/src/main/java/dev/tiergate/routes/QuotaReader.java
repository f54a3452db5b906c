package dev.tiergate.routes;

import dev.tiergate.plugin.QuotaFactory;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the limits that plugins count. */
final class QuotaReader {

    private final Map<String, QuotaFactory<?>> factories = new TreeMap<>();
    private final Map<String, ConfigSchema> schemas;

    QuotaReader(Collection<QuotaFactory<?>> kinds, Map<String, ConfigSchema> schemas) {
        this.schemas = schemas;
        for (QuotaFactory<?> factory : kinds) {
            if (factories.put(factory.name(), factory) != null) {
                throw new IllegalArgumentException("two kinds of limits are called " + factory.name());
            }
        }
    }

    /** The codes under {@code quotas}, good or not. */
    static Set<String> codes(Section root) {
        Set<String> codes = new LinkedHashSet<>();
        root.section("quotas").entries().forEach(entry -> codes.add(entry.key()));
        return codes;
    }

    Map<String, QuotaUse> read(Section root, CodeCheck codes, Problems problems) {
        Map<String, QuotaUse> uses = new LinkedHashMap<>();
        for (Yaml.Entry quota : root.section("quotas").entries()) {
            codes.quota(quota);
            PluginItem item = new PluginItem(Section.of(quota.value(), quota.keyAt()), QuotaUse.KEYS, problems);
            Duration deadline = item.deadline();
            item.plugin(factories.keySet()).ifPresent(kind -> use(quota.key(), kind, deadline, uses, problems));
        }
        return uses;
    }

    private void use(String code, Yaml.Entry kind, Duration deadline, Map<String, QuotaUse> uses, Problems problems) {
        QuotaFactory<?> factory = factories.get(kind.key());
        if (factory == null) {
            problems.error(
                    kind.keyAt(),
                    "there is no plugin that counts '" + SchemaMessage.shortened(kind.key()) + "'"
                            + Nearest.hint(kind.key(), factories.keySet()));
        } else if (kind.value() instanceof Yaml.Mapping mapping) {
            new PluginConfigReader(
                            factory.name(),
                            factory.configType(),
                            schemas.get(factory.name()),
                            mapping,
                            kind.keyAt(),
                            problems)
                    .read()
                    .ifPresent(config -> uses.put(code, new QuotaUse(code, factory, config, deadline)));
        }
    }
}
