package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.report.RoundTable;
import java.io.IOException;
import java.util.List;

/// Something about the store that is measured in rounds.
///
/// Belongs to one thread. Files are made below the directory of [StudyOptions] and deleted by
/// [#close] at the latest.
interface Study extends AutoCloseable {
  /// Returns what the tables show, in one line.
  String description();

  /// Returns the tables that [#measure] fills.
  List<RoundTable> tables();

  /// Measures everything once.
  ///
  /// @throws IllegalStateException if the store is not as it must be
  void measure() throws IOException;

  @Override
  default void close() throws IOException {}
}
