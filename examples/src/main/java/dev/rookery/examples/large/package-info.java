/// A made-up graph as large as one likes, and what it costs to go over all of it: with memory for
/// it and without.
///
/// Start at [dev.rookery.examples.large.LargeGraph].
@NullMarked
package dev.rookery.examples.large;

import org.jspecify.annotations.NullMarked;
