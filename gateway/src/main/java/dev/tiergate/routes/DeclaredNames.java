package dev.tiergate.routes;

import java.util.Set;

/** Holds names against what the file itself declares. */
final class DeclaredNames {

    private DeclaredNames() {}

    static void upstream(Section section, String key, Set<String> declared, Problems problems) {
        String name = section.text(key);
        if (name == null || declared.contains(name)) {
            return;
        }
        boolean hidden =
                section.scalar(key).stream().anyMatch(value -> value.origin().fromEnvironment());
        String shown = hidden ? "of the name that the environment gives" : "'" + SchemaMessage.shortened(name) + "'";
        problems.error(section.at(key), "there is no upstream " + shown + Nearest.hint(name, declared));
    }
}
