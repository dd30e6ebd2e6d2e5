package dev.rookery.storage.tx;

import dev.rookery.storage.schedule.IoDevice;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.IoScheduler.Work;

/// The lanes of one store.
///
/// @param scheduler where they came from, for the time
/// @param journal journal writes that a committer does not do itself, and syncs of the journal
/// @param seal pages of large commits, beside the committer
/// @param space journal files made ahead, which takes too long for either of the others
/// @param files opening, flushes, checkpoints, closing
/// @param readers telling programs about long readers, whose code may take its time
/// @param callbacks completing the futures of commits, which runs code of the user
/// @param device the disk that the store lies on
public record StoreLanes(
    IoScheduler scheduler,
    IoLane journal,
    IoLane seal,
    IoLane space,
    IoLane files,
    IoLane readers,
    IoLane callbacks,
    IoDevice device)
    implements AutoCloseable {

  /// Opens the lanes of a store on a disk.
  public static StoreLanes open(IoScheduler scheduler, String device) {
    return new StoreLanes(
        scheduler,
        scheduler.lane("rookery-journal", Work.JOURNAL),
        scheduler.lane("rookery-seal", Work.JOURNAL),
        scheduler.lane("rookery-space", Work.JOURNAL),
        scheduler.lane("rookery-files", Work.DATA),
        scheduler.lane("rookery-readers", Work.JOURNAL),
        scheduler.lane("rookery-callbacks", Work.JOURNAL),
        scheduler.device(device));
  }

  /// Ends what concerns the journal, after what was handed to it.
  void closeJournal() {
    journal.close();
    space.close();
  }

  @Override
  public void close() {
    closeJournal();
    seal.close();
    files.close();
    readers.close();
    callbacks.close();
  }
}
