package dev.tiergate.demo;

import java.time.Duration;

/** Somebody who has a token of the demo. */
interface DemoCaller {

    Duration LIFETIME = Duration.ofHours(12);

    /** The name of the file that holds the token. */
    String tokenFile();

    /** A new one. */
    String token(DemoKey key);
}
