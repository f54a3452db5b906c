package dev.tiergate.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

/** In which of a cluster's 16,384 slots a key lies (Redis Cluster specification, "Key distribution model"). */
public final class Slots {

    public static final int COUNT = 16_384;

    /** CRC-16/XMODEM: x^16 + x^12 + x^5 + 1, nothing reflected, beginning at 0. */
    private static final int POLYNOMIAL = 0x1021;

    private static final int[] TABLE = table();

    private Slots() {}

    /** Keys with the same text in their first braces lie together, and with a key that is that text and no more. */
    public static int of(String key) {
        int open = key.indexOf('{');
        int close = open < 0 ? -1 : key.indexOf('}', open);
        boolean tagged = close > open + 1;
        return crc16((tagged ? key.substring(open + 1, close) : key).getBytes(UTF_8)) % COUNT;
    }

    static int crc16(byte[] bytes) {
        int crc = 0;
        for (byte next : bytes) {
            crc = (crc << Byte.SIZE ^ TABLE[(crc >>> Byte.SIZE ^ next) & 0xff]) & 0xffff;
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << Byte.SIZE;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
            table[i] = crc & 0xffff;
        }
        return table;
    }
}
