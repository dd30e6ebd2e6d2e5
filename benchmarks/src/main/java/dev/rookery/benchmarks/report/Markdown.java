package dev.rookery.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A Markdown document that grows line by line. Belongs to one thread.
@SuppressWarnings("AnnotateFormatMethod") // The annotation is in a library of its own.
public final class Markdown {
  private final StringBuilder text = new StringBuilder();

  /// Creates an empty document.
  public Markdown() {}

  /// Adds the first two lines of a table.
  public void header(List<String> cells) {
    row(cells);
    row(cells.stream().map(cell -> "---").toList());
  }

  /// Adds a line of a table.
  public void row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /// Adds a line, as [String#format] makes it.
  public void line(String format, Object... arguments) {
    text.append(format(format, arguments)).append('\n');
  }

  /// Formats whatever the language of the machine.
  public static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /// Returns a figure with three significant digits.
  public static String rounded(double value) {
    if (value >= 1e6) {
      return significant(value / 1e6) + " M";
    }
    return value >= 1e4 ? significant(value / 1e3) + " k" : significant(value);
  }

  private static String significant(double value) {
    if (value >= 100) {
      return format("%,.0f", value);
    }
    return value >= 10 ? format("%.1f", value) : format("%.2f", value);
  }

  /// Returns what the figures were measured on: cores, memory, disk, versions, flags.
  ///
  /// @param directory on the disk that was measured
  public static String machine(Path directory) throws IOException {
    Runtime runtime = Runtime.getRuntime();
    FileStore disk = Files.getFileStore(directory);
    return format(
        "%d cores, %s, %s on %s; %s %s, JDK %s, flags %s",
        runtime.availableProcessors(),
        memory(),
        disk.type(),
        disk.name(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.version(),
        String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
  }

  private static String memory() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      return format("%.1f GiB", system.getTotalMemorySize() / (double) (1 << 30));
    }
    return "unknown memory";
  }

  /// Returns how many threads wanted a core in the last minute.
  public static String load() {
    return format("%.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
