/** The admin API: operations on the catalogue, the stores and the audit log, for operators with a token of their own. */
@NullMarked
package dev.tiergate.api.admin;

import org.jspecify.annotations.NullMarked;
