/// Runnable programs on real data.
@NullMarked
package dev.rookery.examples;

import org.jspecify.annotations.NullMarked;
