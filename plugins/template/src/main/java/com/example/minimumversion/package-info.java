/** Lets through the app from a version on. Uses the plugin API only. */
@NullMarked
package com.example.minimumversion;

import org.jspecify.annotations.NullMarked;
