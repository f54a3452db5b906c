package dev.tiergate.routes;

/** A block of addresses, IPv4 or IPv6, such as {@code 10.0.0.0/8}. */
public record Cidr(String text) {}
