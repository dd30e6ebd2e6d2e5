/// Pattern queries beside plain ways to count the same. Start at
/// [dev.rookery.benchmarks.pattern.PatternCounts].
@NullMarked
package dev.rookery.benchmarks.pattern;

import org.jspecify.annotations.NullMarked;
