package dev.tiergate.routes.yaml;

import java.util.regex.Pattern;

/** The core schema's reading of plain scalars (YAML 1.2.2, 10.3.2). */
public final class CoreSchema {

    private static final Pattern NULL = Pattern.compile("null|Null|NULL|~|");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern NUMBER = Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?" + "|[-+]?\\.(inf|Inf|INF)|\\.nan|\\.NaN|\\.NAN");
    private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9]+(\\.[0-9]*)?");

    private CoreSchema() {}

    public static Yaml.Kind kind(String plain) {
        if (NULL.matcher(plain).matches()) {
            return Yaml.Kind.NULL;
        }
        if (BOOLEAN.matcher(plain).matches()) {
            return Yaml.Kind.BOOLEAN;
        }
        if (INTEGER.matcher(plain).matches()) {
            return Yaml.Kind.INTEGER;
        }
        return NUMBER.matcher(plain).matches() ? Yaml.Kind.NUMBER : Yaml.Kind.TEXT;
    }

    /** True for {@code 0123}: 83 to YAML 1.1, 123 to YAML 1.2, text to many a reader. */
    static boolean looksOctal(String plain) {
        return LEADING_ZERO.matcher(plain).matches();
    }

    /** @throws NumberFormatException for what is no INTEGER, or beyond a long */
    public static long integer(String plain) {
        if (plain.startsWith("0x")) {
            return Long.parseLong(plain.substring(2), 16);
        }
        return plain.startsWith("0o") ? Long.parseLong(plain.substring(2), 8) : Long.parseLong(plain);
    }

    /** @throws NumberFormatException for what is no NUMBER */
    public static double number(String plain) {
        int sign = plain.startsWith("-") ? -1 : 1;
        String bare = plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
        if (bare.equalsIgnoreCase(".inf")) {
            return sign * Double.POSITIVE_INFINITY;
        }
        return bare.equalsIgnoreCase(".nan") ? Double.NaN : sign * Double.parseDouble(bare);
    }
}
