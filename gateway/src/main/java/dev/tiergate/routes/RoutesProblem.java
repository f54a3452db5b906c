package dev.tiergate.routes;

/**
 * What is wrong with routes.yaml, where, and what would be right. Holds no value that came from the environment.
 *
 * @param file as it was given
 * @param line from 1
 * @param column from 1
 */
public record RoutesProblem(String file, int line, int column, String message) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
