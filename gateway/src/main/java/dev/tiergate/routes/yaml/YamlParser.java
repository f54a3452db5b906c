package dev.tiergate.routes.yaml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Text to {@link Yaml}: one document, YAML 1.2 with the core schema, bounded in every direction. */
public final class YamlParser {

    /** Enough for any file made by hand; a bomb needs few, so the expansion has a bound of its own. */
    static final int MAX_ANCHORS_AND_ALIASES = 100;

    /** routes.yaml goes eight deep; the composer recurses. */
    static final int MAX_DEPTH = 50;

    static final int MAX_CHARACTERS = 4 << 20;

    private YamlParser() {}

    /**
     * @param root null when the text is no YAML at all
     * @param faults empty when the text is good
     */
    public record Parsed(@Nullable Yaml root, List<YamlFault> faults) {}

    public static Parsed parse(String text) {
        if (text.length() > MAX_CHARACTERS) {
            return refused(Position.START, "the file is larger than 4 MiB; split it, or remove what is not used");
        }
        LoadSettings settings = LoadSettings.builder()
                .setSchema(new org.snakeyaml.engine.v2.schema.CoreSchema())
                .setUseMarks(true)
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(MAX_ANCHORS_AND_ALIASES)
                .build();
        try {
            Optional<YamlFault> excess = excess(settings, text);
            if (excess.isPresent()) {
                return new Parsed(null, List.of(excess.get()));
            }
            Node root = new Compose(settings).composeString(text).orElse(null);
            return root == null
                    ? refused(Position.START, "the file is empty; it needs at least version, upstreams and routes")
                    : new NodeReader().read(root);
        } catch (MarkedYamlEngineException e) {
            return refused(position(e.getProblemMark().or(e::getContextMark)), SyntaxMessages.of(e));
        } catch (ReaderException e) {
            return refused(
                    positionOf(text, e.getPosition()),
                    String.format("the character U+%04X is not allowed in YAML; remove it", e.getCodePoint()));
        } catch (YamlEngineException e) {
            return refused(Position.START, "not YAML: " + e.getMessage());
        }
    }

    /** Looks at the stream of events, before a tree of it is made. */
    private static Optional<YamlFault> excess(LoadSettings settings, String text) {
        Deque<Position> open = new ArrayDeque<>();
        int references = 0;
        int documents = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            Position at = position(event.getStartMark());
            switch (event.getEventId()) {
                case DocumentStart -> documents++;
                case MappingStart, SequenceStart -> open.push(at);
                case MappingEnd, SequenceEnd -> open.pop();
                default -> {}
            }
            references += refers(event) ? 1 : 0;
            if (event instanceof ScalarEvent scalar
                    && scalar.isPlain()
                    && scalar.getValue().equals("<<")) {
                return fault(at, "merge keys (<<) are not part of YAML 1.2; write the keys out");
            }
            if (documents > 1) {
                return fault(at, "a second document begins here; the file must be one document, without a second ---");
            }
            if (open.size() > MAX_DEPTH) {
                return fault(at, "nested more than " + MAX_DEPTH + " deep");
            }
            if (references > MAX_ANCHORS_AND_ALIASES) {
                return fault(
                        at,
                        "more than " + MAX_ANCHORS_AND_ALIASES + " anchors and aliases; write the values out instead");
            }
        }
        return Optional.empty();
    }

    private static boolean refers(Event event) {
        return event instanceof AliasEvent
                || (event instanceof NodeEvent node && node.getAnchor().isPresent());
    }

    private static Optional<YamlFault> fault(Position at, String message) {
        return Optional.of(new YamlFault(at, message));
    }

    private static Parsed refused(Position at, String message) {
        return new Parsed(null, new ArrayList<>(List.of(new YamlFault(at, message))));
    }

    static Position position(Optional<Mark> mark) {
        return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
    }

    /** The place of a code point that is counted from 0. */
    private static Position positionOf(String text, int index) {
        int end = text.offsetByCodePoints(0, Math.min(index, text.codePointCount(0, text.length())));
        String before = text.substring(0, end);
        int lineStart = before.lastIndexOf('\n') + 1;
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Position(line, 1 + before.codePointCount(lineStart, before.length()));
    }
}
