package dev.rookery.benchmarks.work;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/// Writes figures as a Markdown document.
@SuppressWarnings("AnnotateFormatMethod") // The annotation is in a library of its own.
final class WorkReport {
  private static final String SUBJECT = "rookery";
  private static final String DIFFERS = "**answers differ**";

  private final WorkOptions options;
  private final List<String> peers;
  private final Figures figures;
  private final StringBuilder text = new StringBuilder();

  /// @param peers names, in the order of the columns
  WorkReport(WorkOptions options, List<String> peers, Figures figures) {
    this.options = options;
    this.peers = List.copyOf(peers);
    this.figures = figures;
  }

  /// Returns the document.
  ///
  /// @param command how the run was started
  /// @param loads the machine's load at the beginning and at the end
  String write(RmatGraph graph, String command, String loads) throws IOException {
    line("Scale %d: %,d nodes, %,d edges.", options.scale(), graph.nodeCount, graph.edgeCount());
    line(
        "Medians of %d rounds; ratios are medians round by round (least – most).",
        options.rounds());
    line("");
    header();
    for (Work work : options.works()) {
      figures(work);
      if (work == Work.W3) {
        bytes(work);
      }
    }
    line("");
    for (Work work : options.works()) {
      line("- %s: %s", work.label(), work.description);
    }
    line("");
    line("Machine: %s; load %s", machine(options.directory()), loads);
    line("");
    line("    %s", command);
    figures.differences().forEach((work, what) -> line("%n%s %s: %s", work.label(), DIFFERS, what));
    return text.toString();
  }

  private void header() {
    List<String> cells = new ArrayList<>(List.of("work", "unit"));
    cells.addAll(peers);
    references().forEach(peer -> cells.add(SUBJECT + " ÷ " + peer));
    row(cells);
    row(cells.stream().map(cell -> "---").toList());
  }

  private List<String> references() {
    if (!peers.contains(SUBJECT)) {
      return List.of();
    }
    return peers.stream().filter(peer -> !peer.equals(SUBJECT)).toList();
  }

  private void figures(Work work) {
    List<String> cells = new ArrayList<>(List.of(work.label(), work.unit));
    for (String peer : peers) {
      cells.add(cell(work, figures.median(work, peer), WorkReport::rounded));
    }
    for (String peer : references()) {
      double[] ratios = figures.ratios(work, SUBJECT, peer);
      cells.add(
          ratios.length == 0
              ? ""
              : format(
                  "**%.2f** (%.2f – %.2f)",
                  ratios[ratios.length / 2], ratios[0], ratios[ratios.length - 1]));
    }
    row(cells);
  }

  private void bytes(Work work) {
    List<String> cells = new ArrayList<>(List.of("disk", "bytes per edge"));
    for (String peer : peers) {
      cells.add(cell(work, figures.bytesPerEdge(work, peer), value -> format("%.1f", value)));
    }
    references().forEach(peer -> cells.add(""));
    row(cells);
  }

  private String cell(Work work, OptionalDouble value, DoubleFunction<String> format) {
    if (figures.differences().containsKey(work)) {
      return DIFFERS;
    }
    return value.isPresent() ? format.apply(value.getAsDouble()) : "";
  }

  /// Returns a figure with three significant digits.
  static String rounded(double value) {
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

  private static String machine(Path directory) throws IOException {
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

  private void row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void line(String format, Object... arguments) {
    text.append(format(format, arguments)).append('\n');
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
