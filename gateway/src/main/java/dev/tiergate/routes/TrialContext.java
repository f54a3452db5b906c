package dev.tiergate.routes;

import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.PluginMetrics;
import dev.tiergate.plugin.SinkContext;
import dev.tiergate.plugin.Targets;
import dev.tiergate.plugin.UsageReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What plugins get while a file is read, to learn whether what they give can be made. No request ever comes: counters count
 * nothing, and what is begun on its Vert.x, which is there only if a plugin asks for it, ends when this is closed.
 */
final class TrialContext implements PluginContext, AutoCloseable {

    private final Set<String> upstreams;
    private final Set<String> named = new TreeSet<>();
    private final Targets targets;
    private @Nullable Vertx vertx;

    TrialContext(Set<String> upstreams, Targets targets) {
        this.upstreams = upstreams;
        this.targets = targets;
    }

    @Override
    public Vertx vertx() {
        var made = vertx;
        if (made == null) {
            // looked for on the class path, a file would be copied into a folder that has to be writable
            made = Vertx.vertx(new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));
            vertx = made;
        }
        return made;
    }

    @Override
    public String routeId() {
        return "";
    }

    @Override
    public PluginMetrics metrics() {
        return (name, tags) -> () -> {};
    }

    @Override
    public UsageReader usage() {
        return (call, limit) -> Future.failedFuture("no request comes while a file is read");
    }

    @Override
    public Collection<String> upstreams() {
        return new AskedFor();
    }

    /** The upstreams that plugins asked for, and so may send requests to. */
    Set<String> named() {
        return named;
    }

    /** Notes who is asked for; whoever looks at all of them may mean any. */
    private final class AskedFor extends AbstractCollection<String> {

        @Override
        public boolean contains(Object name) {
            return upstreams.contains(name) && (named.contains(name) || named.add((String) name));
        }

        @Override
        public Iterator<String> iterator() {
            named.addAll(upstreams);
            return upstreams.iterator();
        }

        @Override
        public int size() {
            return upstreams.size();
        }
    }

    @Override
    public Targets targets() {
        return targets;
    }

    /** The same for an event sink. */
    SinkContext ofSink(String name, Duration deadline) {
        var outer = this;
        return new SinkContext() {
            @Override
            public Vertx vertx() {
                return outer.vertx();
            }

            @Override
            public String sink() {
                return name;
            }

            @Override
            public Duration deadline() {
                return deadline;
            }

            @Override
            public PluginMetrics metrics() {
                return outer.metrics();
            }

            @Override
            public Targets targets() {
                return outer.targets();
            }
        };
    }

    @Override
    public void close() {
        if (vertx != null) {
            vertx.close();
        }
    }
}
