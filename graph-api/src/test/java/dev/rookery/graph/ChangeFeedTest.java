package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rookery.graph.change.Change;
import dev.rookery.graph.change.ChangeBatch;
import dev.rookery.graph.error.ChangesLostException;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The change feed tells everything, in order, once, and as long as it promised to.
@Timeout(900)
final class ChangeFeedTest {
  private static final long PLENTY = 1L << 30;

  @TempDir Path directory;

  @Test
  void copyThatFollowsTheFeed_isTheGraphAfterEachCommit() {
    TestSeeds.forEach("ChangeFeedTest", 60, ChangeFeedTest::follow);
  }

  private static Graph open(SimulatedDisk disk) {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(256 << 10)
            .withJournalFileBytes(64 << 10)
            .inline();
    Graph graph = Graph.open(disk.fileSystem(), options, Durability.BACKGROUND);
    if (graph.changeFeed().bytesMax().isEmpty()) {
      graph.changeFeed().enable(PLENTY);
    }
    return graph;
  }

  private static void follow(long seed) {
    SimulatedDisk disk = new SimulatedDisk();
    TreeMap<Long, ReferenceGraph> states;
    try (GraphScriptRun run = new GraphScriptRun(() -> open(disk), true)) {
      run.play(GraphScript.random(seed, 400)).finish();
      states = run.survivors().states();
    }
    try (Graph graph = open(disk);
        FeedMirror mirror = new FeedMirror(graph.changeFeed().oldest().orElseThrow())) {
      long last = -1;
      for (long at = mirror.pull(graph.changeFeed()); at >= 0; ) {
        try (ReadTransaction tx = mirror.beginRead()) {
          states.get(at).assertContentSeenBy(tx);
        }
        last = at;
        at = mirror.pull(graph.changeFeed());
      }
      assertThat(last).as("the last commit that changed anything").isPositive();
      try (ReadTransaction tx = mirror.beginRead()) {
        states.lastEntry().getValue().assertContentSeenBy(tx);
      }
    }
  }

  @Test
  void follower_goesOnWhereItWas_afterTheGraphWasOpenedAgain() {
    long after;
    try (Graph graph = Graph.open(directory)) {
      graph.changeFeed().enable(PLENTY);
      graph.execute(tx -> tx.addNode("A"));
      after =
          graph
              .changeFeed()
              .read(graph.changeFeed().oldest().orElseThrow(), 10)
              .getLast()
              .sequence();
      graph.execute(tx -> tx.addNode("B", Map.of("key", "value")));
    }
    try (Graph graph = Graph.open(directory)) {
      graph.execute(tx -> tx.setLabel(1, "C"));
      List<ChangeBatch> batches = graph.changeFeed().read(after, 10);
      assertThat(batches)
          .extracting(ChangeBatch::changes)
          .containsExactly(
              List.of(new Change.NodeAdded(2, "B", Map.of("key", "value"))),
              List.of(new Change.LabelSet(1, "C")));
      assertThat(graph.changeFeed().read(after, 1)).containsExactly(batches.getFirst());
      assertThat(graph.changeFeed().read(batches.getLast().sequence(), 1)).isEmpty();
    }
  }

  @Test
  void limit_dropsTheOldest_andWhoNeedsThemIsTold() {
    try (Graph graph = Graph.inMemory()) {
      ChangeFeed feed = graph.changeFeed();
      feed.enable(10_000);
      long begin = feed.oldest().orElseThrow();
      for (int i = 0; i < 1_000; i++) {
        graph.execute(tx -> tx.addNode("Person", Map.of("name", "somebody")));
      }
      long oldest = feed.oldest().orElseThrow();
      assertThat(oldest).isGreaterThan(begin + 700);
      assertThat(feed.read(oldest, 10_000)).hasSizeBetween(50, 300);
      assertThatExceptionOfType(ChangesLostException.class)
          .isThrownBy(() -> feed.read(oldest - 1, 1))
          .withMessageContaining("oldest=" + oldest);
      feed.enable(100);
      assertThat(feed.oldest().orElseThrow()).isGreaterThan(oldest);
      assertThat(feed.bytesMax()).hasValue(100);
      assertThat(graph.check()).isEmpty();
      feed.disable();
      assertThat(feed.oldest()).isEmpty();
      assertThatExceptionOfType(ChangesLostException.class).isThrownBy(() -> feed.read(oldest, 1));
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void badCalls_areRefused() {
    try (Graph graph = Graph.inMemory()) {
      ChangeFeed feed = graph.changeFeed();
      assertThatIllegalArgumentException().isThrownBy(() -> feed.enable(0));
      feed.enable(PLENTY);
      long oldest = feed.oldest().orElseThrow();
      assertThatIllegalArgumentException().isThrownBy(() -> feed.read(oldest, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> feed.read(oldest + 5, 1))
          .withMessageContaining("no such commit yet");
    }
  }

  @Test
  void transactionWithTooManyChanges_isABatchThatSaysSo() {
    try (Graph graph = Graph.inMemory()) {
      ChangeFeed feed = graph.changeFeed();
      feed.enable(PLENTY);
      long after = feed.oldest().orElseThrow();
      byte[] large = new byte[ChangeFeed.CHANGE_BYTES_MAX];
      graph.execute(tx -> tx.addNode("Large", Map.of("bytes", large)));
      graph.execute(tx -> tx.addNode("Small"));
      List<ChangeBatch> batches = feed.read(after, 10);
      assertThat(batches.getFirst().isComplete()).isFalse();
      assertThat(batches.getFirst().changes()).isEmpty();
      assertThat(batches.getLast().isComplete()).isTrue();
      assertThat(batches.getLast().changes()).hasSize(1);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void await_wakesWhenSomethingWasCommitted() throws InterruptedException {
    try (Graph graph = Graph.inMemory()) {
      ChangeFeed feed = graph.changeFeed();
      feed.enable(PLENTY);
      long after = feed.oldest().orElseThrow();
      assertThat(feed.await(after, Duration.ofMillis(20))).isFalse();
      CountDownLatch mayWrite = new CountDownLatch(1);
      List<Throwable> failures = new ArrayList<>();
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  mayWrite.await();
                  graph.execute(tx -> tx.addNode("A"));
                } catch (InterruptedException | RuntimeException e) {
                  failures.add(e);
                }
              });
      mayWrite.countDown();
      assertThat(feed.await(after, Duration.ofSeconds(60))).isTrue();
      writer.join();
      assertThat(failures).isEmpty();
    }
  }
}
