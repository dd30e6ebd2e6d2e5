package dev.rookery.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.benchmarks.report.RoundTable.Column;
import org.junit.jupiter.api.Test;

class RoundTableTest {
  private static final Column FIGURE = Column.of("figure");
  private static final Column RATIO = Column.ratio("ratio");

  @Test
  void write_threeRounds_showsMediansAndSpread() {
    RoundTable table = new RoundTable("row", FIGURE, RATIO);
    table.add("a", FIGURE, 999);
    table.clear();
    for (double value : new double[] {3, 1, 2}) {
      table.add("a", FIGURE, value * 1000);
      table.add("a", RATIO, value);
      table.add("b", FIGURE, Double.NaN);
    }

    Markdown text = new Markdown();
    table.write(text);

    assertThat(text.toString().lines())
        .containsExactly(
            "| row | figure | ratio |",
            "| --- | --- | --- |",
            "| a | 2,000 | **2.00** (1.00 – 3.00) |",
            "| b |  |  |");
  }
}
