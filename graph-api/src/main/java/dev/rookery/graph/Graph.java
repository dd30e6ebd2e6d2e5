package dev.rookery.graph;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.store.GraphEdit;
import dev.rookery.graph.store.GraphStore;
import dev.rookery.graph.store.IndexBuild;
import dev.rookery.storage.Durability;
import dev.rookery.storage.LongReaderListener;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.StorageStats;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// A graph database, open.
///
/// Thread-safe. One writer at a time, any number of readers, each on its own snapshot.
///
/// ```java
/// try (Graph graph = Graph.open(Path.of("people"))) {
///   long ann = graph.write(tx -> tx.addNode("Person", Map.of("name", "Ann")));
///   String name = graph.read(tx -> tx.node(ann).getString("name"));
/// }
/// ```
public final class Graph implements AutoCloseable {
  private final StorageEnvironment environment;
  private final GraphStore store;
  private final Durability durability;
  private final SharedWrites sharedWrites;
  private final ChangeFeed changeFeed;
  private final CommitNotices notices;

  private Graph(StorageEnvironment environment, Durability durability) {
    this.environment = environment;
    this.durability = durability;
    boolean opened = false;
    try {
      this.store = GraphStore.open(environment);
      opened = true;
    } finally {
      if (!opened) {
        environment.close();
      }
    }
    this.changeFeed = new ChangeFeed(environment, store::view, this::change);
    this.notices = new CommitNotices(this::visibleSequence, changeFeed::committed);
    this.sharedWrites = new SharedWrites(this::begin, notices::tell);
  }

  /// Changes something that is no part of the graph, in a transaction of its own.
  private void change(Consumer<GraphEdit> work) {
    try (PageWriteTransaction pages = environment.beginWrite()) {
      GraphEdit edit = store.edit(pages);
      work.accept(edit);
      edit.commit(durability, () -> {});
    }
  }

  private long visibleSequence() {
    try (PageReadTransaction pages = environment.beginRead()) {
      return pages.sequence();
    } catch (DatabaseClosedException e) {
      return Long.MIN_VALUE; // Closed since: the commits stand, and nobody is told any more.
    }
  }

  /// Opens or creates the database in a directory, with default options.
  ///
  /// @throws dev.rookery.storage.error.DatabaseLockedException if it is open already
  /// @throws dev.rookery.storage.error.NotADatabaseException if the directory holds something else
  /// @throws dev.rookery.storage.error.FormatVersionException if a newer version wrote it
  public static Graph open(Path directory) {
    return open(directory, GraphOptions.defaults());
  }

  /// Opens or creates the database in a directory. O(what a crash left in the journal), whatever
  /// the database's size.
  ///
  /// @throws dev.rookery.storage.error.DatabaseLockedException if it is open already
  /// @throws dev.rookery.storage.error.NotADatabaseException if the directory holds something else
  /// @throws dev.rookery.storage.error.FormatVersionException if a newer version wrote it
  public static Graph open(Path directory, GraphOptions options) {
    return open(DirectoryFileSystem.open(directory, options.readOnly()), options, true);
  }

  /// Creates an empty graph in memory that is gone when it is closed; no file is written.
  public static Graph inMemory() {
    return open(MemoryFileSystem.create(), GraphOptions.defaults(), false);
  }

  /// Opens the graph in any file system: for tests on a simulated disk.
  ///
  /// @param background whether the engine has threads of its own
  static Graph open(StorageFileSystem fileSystem, GraphOptions options, boolean background) {
    StorageOptions storage = options.storage();
    storage = background ? storage : storage.inline();
    return open(fileSystem, storage, options.durability());
  }

  /// Opens the graph with options of the store that users do not see: for tests on tiny ones.
  static Graph open(StorageFileSystem fileSystem, StorageOptions options, Durability durability) {
    return new Graph(StorageEnvironment.open(fileSystem, options), durability);
  }

  /// Begins to read the newest committed state.
  ///
  /// @throws dev.rookery.storage.error.DatabaseClosedException if the graph was closed
  public ReadTransaction beginRead() {
    PageReadTransaction pages = environment.beginRead();
    return new StoredReadTransaction(store.view(pages), pages::sequence, pages::close);
  }

  /// Begins to write, as soon as no other write transaction is open.
  ///
  /// @throws dev.rookery.storage.error.NestedWriteException if this thread has one open already
  /// @throws dev.rookery.storage.error.ReadOnlyException if the graph was opened read-only
  /// @throws dev.rookery.storage.error.DatabaseClosedException if the graph was closed
  /// @throws dev.rookery.storage.error.StorageFailedException if an earlier write or sync failed
  public WriteTransaction beginWrite() {
    return begin();
  }

  private StoredWriteTransaction begin() {
    PageWriteTransaction pages = environment.beginWrite();
    return new StoredWriteTransaction(store.edit(pages), pages, durability, notices);
  }

  /// Runs a function in a read transaction and returns its result.
  ///
  /// @throws dev.rookery.storage.error.SnapshotExpiredException if the function ran for so long
  ///   that its snapshot was taken away (see [GraphOptions#withExpireLongReaders]), even after its
  ///   last look at the graph: a result is never of a snapshot that was overwritten
  public <T> T read(Function<? super ReadTransaction, T> work) {
    PageReadTransaction pages = environment.beginRead();
    try (ReadTransaction tx =
        new StoredReadTransaction(store.view(pages), pages::sequence, pages::close)) {
      T result = work.apply(tx);
      pages.checkNotExpired();
      return result;
    }
  }

  /// Runs a function in a write transaction, commits it and returns the function's result; an
  /// exception rolls back and is thrown here.
  ///
  /// Functions of several threads share transactions, which is what makes many small durable writes
  /// fast: the thread whose turn it is runs those of the others with its own, one after the other.
  /// So a function may run on another thread, while this one waits: it must not need locks that
  /// this thread holds, nor its `ThreadLocal`s or its interrupt. It may run more than once, because
  /// one that throws is cut out and the others run again; so it must not have effects outside the
  /// transaction. It must not end the transaction. Use [#beginWrite] where that is too much to ask.
  ///
  /// @throws dev.rookery.storage.error.NestedWriteException if this thread has a write transaction
  ///   open already
  /// @throws dev.rookery.storage.error.ReadOnlyException if the graph was opened read-only
  /// @throws dev.rookery.storage.error.DatabaseClosedException if the graph was closed
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room; rolled back
  /// @throws dev.rookery.storage.error.StorageFailedException if a write or sync failed
  public <T> T write(Function<? super WriteTransaction, T> work) {
    return write(durability, work);
  }

  /// As [#write(Function)], with a durability of its own.
  public <T> T write(Durability asked, Function<? super WriteTransaction, T> work) {
    environment.checkNotNested();
    return sharedWrites.write(asked, work);
  }

  /// As [#write(Function)], without a result.
  public void execute(Consumer<? super WriteTransaction> work) {
    execute(durability, work);
  }

  /// As [#execute(Consumer)], with a durability of its own.
  public void execute(Durability asked, Consumer<? super WriteTransaction> work) {
    write(
        asked,
        tx -> {
          work.accept(tx);
          return true;
        });
  }

  /// Defines an index and builds it, in this thread: in small transactions, between which others
  /// write. Returns when it is ready, or has failed because nodes violate a unique index. If it is
  /// interrupted by a crash or an exception, [#buildIndexes] goes on. To be run in a thread of its
  /// own by who does not want to wait.
  ///
  /// @throws IllegalArgumentException if there is an index on the same properties that differs in
  ///   being unique, or the label cannot be one
  /// @throws dev.rookery.graph.error.PropertyException if a key cannot be one
  /// @throws IllegalStateException if somebody drops it meanwhile
  public IndexStatus createIndex(IndexDefinition definition) {
    return build(write(tx -> tx.createIndex(definition)));
  }

  /// Builds all indexes that are not complete, in this thread, as [#createIndex] does. What was
  /// begun before a crash goes on where it stood. Returns all indexes.
  ///
  /// @throws IllegalStateException if somebody drops one meanwhile
  public List<IndexStatus> buildIndexes() {
    for (IndexStatus index : indexes()) {
      build(index);
    }
    return indexes();
  }

  private IndexStatus build(IndexStatus defined) {
    IndexStatus index = defined;
    while (index.state() == IndexState.BUILDING) {
      try (StoredWriteTransaction tx = begin()) {
        index =
            tx.buildIndex(defined.definition(), IndexBuild.STEP_IDS)
                .orElseThrow(() ->
                    new IllegalStateException(
                        "index was dropped while it was built index=" + defined.definition()));
        boolean isDone = index.state() != IndexState.BUILDING;
        tx.commit(isDone ? durability : Durability.BACKGROUND);
      }
    }
    return index;
  }

  /// Returns the indexes, in the order in which they were defined.
  public List<IndexStatus> indexes() {
    return read(ReadTransaction::indexes);
  }

  /// Begins to load many nodes and edges at once, as soon as no write transaction is open. The
  /// loader is a writer: until it ends, other writers wait.
  ///
  /// @throws dev.rookery.storage.error.NestedWriteException if this thread has a write transaction
  ///   open already
  /// @throws dev.rookery.storage.error.ReadOnlyException if the graph was opened read-only
  /// @throws dev.rookery.storage.error.DatabaseClosedException if the graph was closed
  public BulkLoader bulkLoad(BulkLoadOptions options) {
    return bulkLoad(options, options.memoryBytes());
  }

  /// As the other, for tests with less memory than the options allow.
  BulkLoader bulkLoad(BulkLoadOptions options, long memoryBytes) {
    PageWriteTransaction pages = environment.beginWrite();
    boolean begun = false;
    try {
      BulkLoader loader = new BulkLoader(store, pages, options, memoryBytes);
      begun = true;
      return loader;
    } finally {
      if (!begun) {
        pages.close();
      }
    }
  }

  /// Makes all commits so far durable.
  public void sync() {
    environment.sync();
  }

  /// Writes changed pages to the data file and shortens the journal. Runs by itself in the
  /// background as well.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room; nothing is lost
  public void checkpoint() {
    environment.checkpoint();
  }

  /// Saves the newest committed state to a backup directory, while others read and write: whole the
  /// first time, later what has changed since the last time. Makes commits so far durable; reads
  /// every page in use; writes O(changes). Returns the newest backup if nothing was committed
  /// since.
  ///
  /// @throws IllegalArgumentException if the directory holds something else, or backups of another
  ///   database or of the time before this one was restored
  /// @throws dev.rookery.storage.error.CorruptPageException if a page is damaged
  /// @throws dev.rookery.storage.error.CorruptBackupException if the newest backup is damaged
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room for it
  /// @throws IOException if the directory cannot be written to; the graph is none the worse
  /// @see GraphBackup
  public BackupSummary backup(Path directory) throws IOException {
    return GraphBackup.toDirectory(environment, directory, false);
  }

  /// As [#backup(Path)], whole in any case: what is restored then takes no earlier archive.
  public BackupSummary backupFull(Path directory) throws IOException {
    return GraphBackup.toDirectory(environment, directory, true);
  }

  /// Saves the newest committed state, whole, to a stream, which stays open and is written to by
  /// the calling thread alone.
  public BackupSummary backup(OutputStream out) throws IOException {
    return GraphBackup.toStream(environment, out);
  }

  /// As [#backup(OutputStream)], only what has changed since an earlier backup.
  ///
  /// @throws IllegalArgumentException if nothing was committed since, or this graph does not go on
  ///   from that backup
  public BackupSummary backup(OutputStream out, BackupSummary since) throws IOException {
    return GraphBackup.toStream(environment, out, since);
  }

  /// Lays the graph down anew in a better physical order, and without gaps: walks get faster, the
  /// file smaller. Node ids, and everything else that can be seen of the graph, stay as they are.
  ///
  /// One transaction, all or nothing: readers are not held up and keep their snapshots; writers
  /// wait until it is over. O(graph). While it runs it needs room on the disk for three copies of
  /// the graph, in spill files (up to `spillBytes` of [GraphOptions]) and journal; the pages of the
  /// old one are used again at once. The file is cut when the graph is closed.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the options said so; nothing
  ///   was changed
  /// @throws dev.rookery.storage.error.NestedWriteException if this thread has a write transaction
  ///   open
  /// @throws dev.rookery.storage.error.ReadOnlyException if the graph was opened read-only
  /// @throws dev.rookery.storage.error.ScratchFullException if spill files are used up; rolled back
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room; rolled back
  public ReorganizeSummary reorganize(ReorganizeOptions options) {
    try (PageWriteTransaction pages = environment.beginWrite()) {
      return new Reorganization(store, pages, options).run();
    }
  }

  /// Returns figures about the graph and its store.
  public GraphStats stats() {
    StorageStats storage = environment.stats();
    try (ReadTransaction tx = beginRead()) {
      return new GraphStats(
          tx.nodeCount(),
          tx.edgeCount(),
          storage.sequence(),
          dev.rookery.storage.page.PageLayout.PAGE_BYTES,
          storage.pageCount(),
          storage.freePageCount(),
          storage.dataFileBytes(),
          storage.dataFileAllocatedBytes(),
          storage.journalBytes(),
          storage.journalWrittenBytes(),
          storage.scratchPageCount(),
          storage.scratchBytes(),
          storage.spilledPageCount(),
          storage.spillBytes(),
          storage.activeReaderCount(),
          storage.oldestReader(),
          storage.commitCount(),
          storage.syncCount(),
          storage.syncsPerSecond(),
          storage.flushCount());
    }
  }

  /// Has a listener told about read transactions that stay open longer than the option
  /// `longReaderMillis` allows; how that matters is said there. A graph in memory never tells.
  public void addLongReaderListener(LongReaderListener listener) {
    environment.addLongReaderListener(listener);
  }

  /// Has a listener told no more.
  public void removeLongReaderListener(LongReaderListener listener) {
    environment.removeLongReaderListener(listener);
  }

  /// Has a listener asked before commits and told after them, for transactions begun from now on.
  public void addCommitListener(CommitListener listener) {
    notices.add(listener);
  }

  /// Has a listener asked and told no more.
  public void removeCommitListener(CommitListener listener) {
    notices.remove(listener);
  }

  /// Returns the feed of changes, which is switched off in a new database.
  public ChangeFeed changeFeed() {
    return changeFeed;
  }

  /// Verifies every page and every rule that connects the structures, on a snapshot; an empty list
  /// means all is well. O(database).
  public List<String> check() {
    CheckReport report = new CheckReport();
    try (PageReadTransaction pages = environment.beginRead()) {
      try {
        store.check(pages, report);
      } catch (dev.rookery.storage.error.RookeryException e) {
        report.problem("graph", -1, String.valueOf(e.getMessage()));
      }
      environment.check(pages, report);
    }
    return List.copyOf(report.problems());
  }

  /// Closes the database: waits for a running write transaction, makes everything durable.
  /// Idempotent. Read transactions that are still open fail from then on: with
  /// [dev.rookery.storage.error.TransactionClosedException], or, where the close overtakes a read,
  /// with an `IllegalStateException`.
  ///
  /// @throws dev.rookery.storage.error.StorageFailedException if making it durable failed; the
  ///   database is closed all the same
  @Override
  public void close() {
    environment.close();
  }
}
