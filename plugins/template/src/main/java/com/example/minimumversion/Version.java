package com.example.minimumversion;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Up to four numbers with dots, such as 2.10.1; those that are left out are 0. */
record Version(int first, int second, int third, int fourth) implements Comparable<Version> {

    private static final Pattern FORM = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){0,3}");
    private static final int NUMBERS = 4;

    /** Empty for all else: what a client sends can be anything. */
    static Optional<Version> parse(String text) {
        if (!FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        var numbers = Arrays.copyOf(
                Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray(), NUMBERS);
        return Optional.of(new Version(numbers[0], numbers[1], numbers[2], numbers[3]));
    }

    @Override
    public int compareTo(Version other) {
        return Arrays.compare(numbers(), other.numbers());
    }

    private int[] numbers() {
        return new int[] {first, second, third, fourth};
    }
}
