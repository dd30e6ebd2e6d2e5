/// What benchmarks print: figures as Markdown, medians of rounds, percentiles of durations.
@NullMarked
package dev.rookery.benchmarks.report;

import org.jspecify.annotations.NullMarked;
