package dev.tiergate.routes.yaml;

import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Says what the scanner and the parser found in words that tell what to do. */
final class SyntaxMessages {

    private SyntaxMessages() {}

    static String of(MarkedYamlEngineException e) {
        String problem = e.getProblem() == null ? "not YAML" : e.getProblem().trim();
        String context = e.getContext() == null ? "" : e.getContext().trim();
        if (problem.contains("TAB")) {
            return "a tab stands here; YAML is indented with spaces";
        }
        if (problem.contains("end of stream") || problem.contains("StreamEnd") || problem.contains("<stream end>")) {
            return "the file ends in the middle of a value (" + (context.isEmpty() ? problem : context)
                    + "); is it cut off?";
        }
        if (problem.startsWith("mapping values are not allowed here")) {
            return "a ': ' stands where no key can; check the indentation, or put the text in quotes";
        }
        if (problem.startsWith("found undefined alias")) {
            return problem + "; an alias needs an &anchor before it";
        }
        if (problem.startsWith("could not find expected ':'")) {
            return "a line without a colon stands where a key is expected; write it as 'key: value'";
        }
        if (problem.startsWith("expected <block end>")) {
            return "the indentation of this line does not fit the lines above";
        }
        if (problem.endsWith("but got {")) {
            return "a brace stands within text between [ ] or { }; put the text in quotes, such as \"${NAME}\"";
        }
        if (problem.contains("that cannot start any token")) {
            return "not YAML: " + problem + "; put the text in quotes";
        }
        return "not YAML: " + (context.isEmpty() ? "" : context + ", ") + problem;
    }
}
