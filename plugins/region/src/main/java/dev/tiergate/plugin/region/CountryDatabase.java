package dev.tiergate.plugin.region;

import com.maxmind.db.InvalidDatabaseException;
import com.maxmind.db.MaxMindDbConstructor;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Reader;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Inet6Address;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A database of countries in MaxMind's format (MMDB), held in memory; safe for threads. */
public final class CountryDatabase {

    private static final int V4 = 4;

    /** So that a file is read once, however many routes name it and however often routes.yaml is read. */
    private static final Map<Path, Held> HELD = new HashMap<>();

    private final Reader reader;

    private CountryDatabase(Reader reader) {
        this.reader = reader;
    }

    private record Held(List<Object> state, WeakReference<CountryDatabase> database) {}

    /**
     * Reads the whole file, so this is nothing for an event loop. A name from the environment must not be told, hence no
     * message has it.
     *
     * @param file its name; a relative one starts at the working directory
     * @throws IllegalArgumentException when there is no such file, or none with countries
     */
    public static CountryDatabase valueOf(String file) {
        try {
            return open(Path.of(file).toRealPath());
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no such file", e);
        } catch (InvalidDatabaseException e) {
            throw new IllegalArgumentException("this file is no MaxMind database", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("this file cannot be read", e);
        }
    }

    private static CountryDatabase open(Path file) throws IOException {
        synchronized (HELD) {
            var state = List.<Object>of(Files.getLastModifiedTime(file), Files.size(file));
            var held = HELD.get(file);
            var database =
                    held != null && held.state().equals(state) ? held.database().get() : null;
            if (database == null) {
                database = read(file);
                HELD.put(file, new Held(state, new WeakReference<>(database)));
            }
            return database;
        }
    }

    private static CountryDatabase read(Path file) throws IOException {
        var reader = new Reader(file.toFile(), Reader.FileMode.MEMORY);
        var type = reader.getMetadata().databaseType();
        if (Stream.of("Country", "City", "Enterprise").noneMatch(type::contains)) {
            throw new IllegalArgumentException("a database of the type '" + type + "' has no countries");
        }
        return new CountryDatabase(reader);
    }

    /**
     * Where an address is used.
     *
     * @param address dotted or with colons; of any other text nothing is known, and no name server is asked
     * @return a code of ISO 3166-1 alpha-2
     * @throws IOException when the file is broken inside
     */
    Optional<String> country(String address) throws IOException {
        var literal = NetUtil.createInetAddressFromIpAddressString(address);
        if (literal == null
                || (literal instanceof Inet6Address && reader.getMetadata().ipVersion() == V4)) {
            return Optional.empty();
        }
        var entry = reader.get(literal, Entry.class);
        var country = entry == null ? null : entry.country();
        return country == null ? Optional.empty() : Optional.ofNullable(country.isoCode());
    }

    /** What is read of an address's entry; the rest of it is passed over. */
    public record Entry(@Nullable Country country) {

        @MaxMindDbConstructor
        public Entry(@MaxMindDbParameter(name = "country") @Nullable Country country) {
            this.country = country;
        }
    }

    /** What is read of an entry's country. */
    public record Country(@Nullable String isoCode) {

        @MaxMindDbConstructor
        public Country(@MaxMindDbParameter(name = "iso_code") @Nullable String isoCode) {
            this.isoCode = isoCode;
        }
    }
}
