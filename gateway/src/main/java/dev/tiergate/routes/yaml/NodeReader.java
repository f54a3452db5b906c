package dev.tiergate.routes.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The parser's nodes to {@link Yaml}, once a file: collects every fault, and bounds what aliases blow up. */
final class NodeReader {

    /** What a file of 4 MiB could hold without an alias is of this order; a bomb of 100 aliases is far beyond. */
    static final int MAX_VALUES = 1_000_000;

    /** The engine's core schema marks ${…} with a tag of its own, and leaves it as it is. */
    private static final Set<Tag> KNOWN_TAGS =
            Set.of(Tag.ENV_TAG, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ);

    private final List<YamlFault> faults = new ArrayList<>();
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int values;

    YamlParser.Parsed read(Node root) {
        Yaml tree = value(root);
        return values > MAX_VALUES
                ? new YamlParser.Parsed(
                        null,
                        List.of(new YamlFault(at(root), "aliases blow the file up to more than a million values")))
                : new YamlParser.Parsed(tree, faults);
    }

    private Yaml value(Node node) {
        Position at = at(node);
        values++;
        if (!KNOWN_TAGS.contains(node.getTag())) {
            faults.add(new YamlFault(at, "the tag " + node.getTag() + " has no meaning here; remove it"));
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, at);
        }
        if (values > MAX_VALUES) {
            return new Yaml.Sequence(at, List.of());
        }
        if (!open.add(node)) {
            faults.add(new YamlFault(at, "this value holds an alias of itself; write it out"));
            return new Yaml.Sequence(at, List.of());
        }
        Yaml read = node instanceof MappingNode mapping ? mapping(mapping, at) : sequence((SequenceNode) node, at);
        open.remove(node);
        return read;
    }

    private Yaml scalar(ScalarNode node, Position at) {
        String text = node.getValue();
        if (node.getScalarStyle() != ScalarStyle.PLAIN || node.getTag().equals(Tag.STR)) {
            Yaml.Origin origin = node.getScalarStyle() == ScalarStyle.PLAIN ? Yaml.Origin.PLAIN : Yaml.Origin.QUOTED;
            return new Yaml.Scalar(at, text, Yaml.Kind.TEXT, origin);
        }
        if (CoreSchema.looksOctal(text)) {
            faults.add(new YamlFault(
                    at,
                    "a number with a leading zero, " + text + ", is read differently by different readers; write "
                            + text.replaceFirst("^([-+]?)0+(?=[0-9])", "$1") + ", or \"" + text + "\" for text"));
        }
        return new Yaml.Scalar(at, text, CoreSchema.kind(text), Yaml.Origin.PLAIN);
    }

    private Yaml sequence(SequenceNode node, Position at) {
        List<Yaml> items = new ArrayList<>(node.getValue().size());
        for (Node item : node.getValue()) {
            items.add(value(item));
        }
        return new Yaml.Sequence(at, items);
    }

    private Yaml mapping(MappingNode node, Position at) {
        Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            String key = key(tuple.getKeyNode());
            if (key == null) {
                continue;
            }
            Position keyAt = at(tuple.getKeyNode());
            Yaml.Entry first = entries.get(key);
            if (first != null) {
                faults.add(new YamlFault(
                        keyAt,
                        "the key '" + key + "' stands here twice, first on line "
                                + first.keyAt().line()));
                continue;
            }
            entries.put(key, new Yaml.Entry(key, keyAt, value(tuple.getValueNode())));
        }
        return new Yaml.Mapping(at, entries);
    }

    private @Nullable String key(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        faults.add(new YamlFault(at(node), "a key must be a plain word, not a list or a mapping"));
        return null;
    }

    private static Position at(Node node) {
        return YamlParser.position(node.getStartMark());
    }
}
