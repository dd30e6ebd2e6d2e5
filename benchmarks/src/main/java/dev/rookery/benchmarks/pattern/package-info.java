/// Pattern queries beside plain ways to count the same. Start at
/// [dev.rookery.benchmarks.pattern.PatternCounts].
package dev.rookery.benchmarks.pattern;
