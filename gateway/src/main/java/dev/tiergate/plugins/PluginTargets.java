package dev.tiergate.plugins;

import dev.tiergate.plugin.Targets;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.TargetRule.Reserved;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the routes.yaml in force says, also to what was made under an earlier one. For all event loops. */
final class PluginTargets implements Targets {

    private final Reserved own;
    private volatile TargetRule rule;

    PluginTargets(Reserved own) {
        this.own = own;
        this.rule = new TargetRule(List.of()).reserving(own);
    }

    void follow(TargetRule latest) {
        rule = latest.reserving(own);
    }

    @Override
    public Optional<String> objection(URI url) {
        return rule.objection(url);
    }

    @Override
    public Optional<String> objection(String host, @Nullable SocketAddress connected) {
        return rule.objection(host, connected);
    }
}
