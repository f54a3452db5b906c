package dev.tiergate;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

/** A page that has read an answer of the user API, with phoenix-page.js as its script. */
final class PhoenixPage implements AutoCloseable {

    private final Context context;
    private final ScriptableObject window;

    private PhoenixPage(Context context, ScriptableObject window) {
        this.context = context;
        this.window = window;
    }

    static PhoenixPage open(String answer) {
        var context = Context.enter();
        context.setLanguageVersion(Context.VERSION_ES6);
        var window = context.initStandardObjects();
        try (var in = PhoenixPage.class.getResourceAsStream("/phoenix-page.js");
                var script = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            context.evaluateReader(window, script, "phoenix-page.js", 1, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ScriptableObject.putProperty(window, "answer", answer);
        var page = new PhoenixPage(context, window);
        page.run("var page = openPage(answer)");
        return page;
    }

    /** What an expression of the page comes to, as text. */
    String run(String expression) {
        return Context.toString(context.evaluateString(window, expression, "expression", 1, null));
    }

    @Override
    public void close() {
        Context.exit();
    }
}
