package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.report.Markdown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/// Writes figures as a Markdown document.
final class WorkReport {
  private static final String SUBJECT = "rookery";
  private static final String DIFFERS = "**answers differ**";

  private final WorkOptions options;
  private final List<String> peers;
  private final Figures figures;
  private final Markdown text = new Markdown();

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
    text.line(
        "Scale %d: %,d nodes, %,d edges.", options.scale(), graph.nodeCount, graph.edgeCount());
    text.line(
        "Medians of %d rounds; ratios are medians round by round (least – most).",
        options.rounds());
    text.line("");
    header();
    for (Work work : options.works()) {
      figures(work);
      if (work == Work.W3 || work == Work.W3B) {
        bytes(work);
      }
    }
    text.line("");
    for (Work work : options.works()) {
      text.line("- %s: %s", work.label(), work.description);
    }
    text.line("");
    text.line("Machine: %s; load %s", Markdown.machine(options.directory()), loads);
    text.line("");
    text.line("    %s", command);
    figures
        .differences()
        .forEach((work, what) -> text.line("%n%s %s: %s", work.label(), DIFFERS, what));
    return text.toString();
  }

  private void header() {
    List<String> cells = new ArrayList<>(List.of("work", "unit"));
    cells.addAll(peers);
    references().forEach(peer -> cells.add(SUBJECT + " ÷ " + peer));
    text.header(cells);
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
      cells.add(cell(work, figures.median(work, peer), Markdown::rounded));
    }
    for (String peer : references()) {
      double[] ratios = figures.ratios(work, SUBJECT, peer);
      cells.add(
          ratios.length == 0
              ? ""
              : Markdown.format(
                  "**%.2f** (%.2f – %.2f)",
                  ratios[ratios.length / 2], ratios[0], ratios[ratios.length - 1]));
    }
    text.row(cells);
  }

  private void bytes(Work work) {
    List<String> cells = new ArrayList<>(List.of("disk", "bytes per edge"));
    for (String peer : peers) {
      cells.add(
          cell(work, figures.bytesPerEdge(work, peer), value -> Markdown.format("%.1f", value)));
    }
    references().forEach(peer -> cells.add(""));
    text.row(cells);
  }

  private String cell(Work work, OptionalDouble value, DoubleFunction<String> format) {
    if (figures.differences().containsKey(work)) {
      return DIFFERS;
    }
    return value.isPresent() ? format.apply(value.getAsDouble()) : "";
  }
}
