package dev.tiergate.limits;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A script that Redis keeps: its text, its digest, and its calls. */
final class LuaScript {

    private static final Pattern NO_WRITES = Pattern.compile("\\b(OOM|MISCONF|NOREPLICAS) ");

    private final byte[] text;
    private final byte[] digest;

    private LuaScript(byte[] text) {
        this.text = text;
        this.digest = HexFormat.of().formatHex(sha1(text)).getBytes(US_ASCII);
    }

    /** @param resource from the jar's root */
    static LuaScript load(String resource) {
        try (InputStream in = LuaScript.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The jar has no " + resource);
            }
            return new LuaScript(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Redis names scripts by SHA-1; nothing is protected by it. */
    private static byte[] sha1(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param fault Redis's error to a command of the script; as the first that writes is refused, nothing is written */
    static boolean readOnly(String fault) {
        return fault.contains("READONLY ");
    }

    /** The same of a server that does not write now, as its memory or its disk is full, or its replicas are away. */
    static boolean denied(String fault) {
        return NO_WRITES.matcher(fault).find();
    }

    Request loading() {
        return Request.cmd(Command.SCRIPT).arg("LOAD").arg(text);
    }

    /** The script's call up to its keys; they and the arguments are added by the caller. */
    Request call(int keys) {
        return Request.cmd(Command.EVALSHA).arg(digest).arg(keys);
    }
}
