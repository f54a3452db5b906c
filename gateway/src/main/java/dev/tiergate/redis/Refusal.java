package dev.tiergate.redis;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a server did not carry out a command, read from its error (Redis Cluster specification, "Redirection"). */
public record Refusal(What what, @Nullable RedisServer server) {

    /** What to do about it. */
    public enum What {
        /** The slot is another server's; ask that, and learn the slots anew. */
        MOVED,
        /** This once another server has the key; tell it so with {@code ASKING}. */
        ASK,
        /** Not now: ask again a little later, where the masters are by then. */
        LATER,
        /** The same, of a server that is no master which serves: who named it may know less than others. */
        NO_MASTER,
        /** The server has lost the script. */
        NO_SCRIPT,
        /** It will do no better soon. */
        NO
    }

    /** The server is a replica. */
    public static final Refusal READ_ONLY = new Refusal(What.NO_MASTER, null);

    private static final Pattern ELSEWHERE = Pattern.compile("(MOVED|ASK) \\d+ (.*):(\\d+)");

    /** Empty where it is not known whether the command was carried out. */
    public static Optional<Refusal> of(String error, RedisServer asked) {
        int space = error.indexOf(' ');
        return switch (space < 0 ? error : error.substring(0, space)) {
            case "MOVED", "ASK" -> elsewhere(error, asked);
            case "TRYAGAIN", "LOADING" -> Optional.of(new Refusal(What.LATER, null));
            case "CLUSTERDOWN", "MASTERDOWN" -> Optional.of(new Refusal(What.NO_MASTER, null));
            case "READONLY" -> Optional.of(READ_ONLY);
            case "NOSCRIPT" -> Optional.of(new Refusal(What.NO_SCRIPT, null));
            case "OOM", "MISCONF", "NOREPLICAS", "BUSY", "NOAUTH", "NOPERM", "CROSSSLOT" ->
                Optional.of(new Refusal(What.NO, null));
            default -> Optional.empty();
        };
    }

    /** A server that does not know its own address leaves the host out: it is the one that was asked. */
    private static Optional<Refusal> elsewhere(String error, RedisServer asked) {
        var match = ELSEWHERE.matcher(error);
        if (!match.matches()) {
            return Optional.empty();
        }
        var host = match.group(2).isEmpty() ? asked.host() : match.group(2);
        return Optional.of(
                new Refusal(What.valueOf(match.group(1)), new RedisServer(host, Integer.parseInt(match.group(3)))));
    }
}
