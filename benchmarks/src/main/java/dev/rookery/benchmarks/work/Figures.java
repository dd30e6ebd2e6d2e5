package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.report.RoundTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// The outcomes of all counted rounds. Belongs to one thread.
///
/// **Invariant.** The outcomes of a work in one round have the same answer, or the work is marked.
final class Figures {
  private final Map<Work, Map<String, List<Outcome>>> outcomes = new EnumMap<>(Work.class);
  private final Map<Work, String> differences = new EnumMap<>(Work.class);

  /// Takes what the peers did in one round; all answers must be equal.
  void add(Work work, Map<String, Outcome> round) {
    Map<String, List<Outcome>> all = outcomes.computeIfAbsent(work, key -> new LinkedHashMap<>());
    round.forEach((peer, outcome) -> list(all, peer).add(outcome));
    compare(work, round);
  }

  /// Compares the answers of a round, counted or not.
  void compare(Work work, Map<String, Outcome> round) {
    if (round.values().stream().mapToLong(Outcome::answer).distinct().count() > 1) {
      differences.putIfAbsent(work, round.toString());
    }
  }

  private static List<Outcome> list(Map<String, List<Outcome>> all, String peer) {
    return all.computeIfAbsent(peer, key -> new ArrayList<>());
  }

  /// Returns which works got different answers, and which.
  Map<Work, String> differences() {
    return Map.copyOf(differences);
  }

  /// Returns the median of a peer's figures, or nothing if it has none that may be shown.
  OptionalDouble median(Work work, String peer) {
    return median(values(work, peer, Outcome::perSecond));
  }

  /// Returns the median of the bytes for each edge.
  OptionalDouble bytesPerEdge(Work work, String peer) {
    double[] bytes = values(work, peer, Outcome::bytesPerEdge);
    return median(Arrays.stream(bytes).filter(value -> !Double.isNaN(value)).toArray());
  }

  /// Returns the ratios of two peers, round by round, sorted.
  double[] ratios(Work work, String peer, String reference) {
    double[] above = values(work, peer, Outcome::perSecond);
    double[] below = values(work, reference, Outcome::perSecond);
    double[] ratios = new double[Math.min(above.length, below.length)];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = above[i] / below[i];
    }
    Arrays.sort(ratios);
    return ratios;
  }

  private double[] values(Work work, String peer, ToDoubleFunction<Outcome> value) {
    if (differences.containsKey(work)) {
      return new double[0];
    }
    Map<String, List<Outcome>> all = outcomes.getOrDefault(work, Map.of());
    return all.getOrDefault(peer, List.of()).stream().mapToDouble(value).toArray();
  }

  private static OptionalDouble median(double[] values) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(RoundTable.median(values));
  }
}
