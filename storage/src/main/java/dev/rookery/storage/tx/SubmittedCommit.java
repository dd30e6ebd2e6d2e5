package dev.rookery.storage.tx;

import dev.rookery.storage.Commit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The handle of a commit that was handed to the pipeline.
final class SubmittedCommit implements Commit {
  private final CommitPipeline pipeline;

  /// `null` if the transaction changed nothing.
  private final @Nullable PendingCommit pending;

  private final long sequence;

  SubmittedCommit(CommitPipeline pipeline, @Nullable PendingCommit pending, long sequence) {
    this.pipeline = pipeline;
    this.pending = pending;
    this.sequence = sequence;
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public CompletionStage<Void> committed() {
    CompletableFuture<Void> done =
        pending == null ? CompletableFuture.completedFuture(null) : pending.future();
    return done.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> durable() {
    return pipeline.durable(sequence).minimalCompletionStage();
  }

  @Override
  public String toString() {
    return "Commit[sequence=%d]".formatted(sequence);
  }
}
