package dev.tiergate.api.admin;

/** What a store writes by its own API; it is here because nobody but the admin's role may write to the catalogue. */
public record StoreWrites(FeatureRoles roles, OptIns optIns) {}
