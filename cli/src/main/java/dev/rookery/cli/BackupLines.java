package dev.rookery.cli;

import dev.rookery.graph.BackupSummary;
import java.io.PrintWriter;

/// How backups are told on the terminal.
final class BackupLines {
  private BackupLines() {}

  static void print(PrintWriter out, BackupSummary backup) {
    String kind = backup.full() ? "full" : "since commit %,d".formatted(backup.baseSequence());
    out.printf(
        "commit %,d (%s): %,d pages, %,d bytes, made %s%n",
        backup.sequence(), kind, backup.pages(), backup.bytes(), backup.created());
  }
}
