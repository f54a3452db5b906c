package dev.tiergate.routes;

/** What a path may hold only where its route allows it; the names are the keys of {@code allow}, in kebab-case. */
public enum PathQuirk {
    /** {@code %2F} within a segment. */
    ENCODED_SLASH,
    /** {@code %25} within a segment. */
    ENCODED_PERCENT,
    /** A {@code ;} or {@code %3B} within a segment. */
    PATH_PARAMETERS,
    /** Two slashes in a row. */
    EMPTY_SEGMENTS,
    /** White space at an end of a segment. */
    SEGMENT_SPACES
}
