/**
 * Limits: how a request is charged ({@code LimitCheck}, {@code LimitSettlement}), at once where the node holds a lease
 * ({@code Lease*}), else by Redis ({@code Redis*} and the {@code *Command}s of its scripts), with a durable copy ({@code CopyKeeper},
 * {@code PostgresCounters}), keys for repeats ({@code Key*}), and limits that plugins count ({@code Quota*}). Knows the plugin
 * API, routes and telemetry; windows and headers are pure.
 */
@NullMarked
package dev.tiergate.limits;

import org.jspecify.annotations.NullMarked;
