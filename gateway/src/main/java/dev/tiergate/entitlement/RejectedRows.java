package dev.tiergate.entitlement;

/** Told of each row that makes no sense and was left out, so that the others stay exact. */
@FunctionalInterface
interface RejectedRows {

    /**
     * @param table where it stands
     * @param key what names it; not escaped, may be anything
     * @param why one plain clause
     */
    void reject(String table, String key, String why);
}
