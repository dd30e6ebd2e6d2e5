/// Measurements of Rookery, alone and beside other stores.
@NullMarked
package dev.rookery.benchmarks;

import org.jspecify.annotations.NullMarked;
