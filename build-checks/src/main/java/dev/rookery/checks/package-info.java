/// Checks over the whole source tree: format, tidiness, layering.
@NullMarked
package dev.rookery.checks;

import org.jspecify.annotations.NullMarked;
