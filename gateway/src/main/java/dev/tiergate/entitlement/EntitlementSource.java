package dev.tiergate.entitlement;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Where the truth is read. Each call is one read of one moment; a failure says nothing about what is there. */
interface EntitlementSource {

    Future<CatalogueRows> catalogue();

    Future<LoadedStore> store(String externalId);

    /** The number that every change raises. */
    Future<Long> revision();

    /**
     * @param revision of the moment at which it was read
     * @param row null where there is no such store
     */
    record LoadedStore(long revision, @Nullable StoreRow row) {}
}
