package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.ReferenceGraph.EdgeKey;
import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.PropertyException;
import dev.rookery.graph.error.UniqueViolationException;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.storage.Durability;
import dev.rookery.storage.error.SavepointException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// Plays a script on a database and on the reference graph, and compares what they answer.
final class GraphScriptRun implements AutoCloseable {
  private static final int READER_COUNT_MAX = 5;
  private static final int NODE_COUNT_MAX = 150;
  private static final String[] TYPES = {"A", "B", "MULTI_C", "MULTI_D"};
  static final String[] LABELS = {"", "Red", "Green", "Blue"};

  private record Moment(Savepoint savepoint, ReferenceGraph model) {}

  private record Reader(ReadTransaction tx, ReferenceGraph model) {}

  private final Supplier<Graph> opener;
  private final boolean isPersistent;
  private final List<Reader> readers = new ArrayList<>();
  private Graph graph;
  private WriteTransaction tx;

  /// The savepoints of the transaction that are alive, and some that are not.
  private final List<Moment> moments = new ArrayList<>();

  private final List<Savepoint> endedSavepoints = new ArrayList<>();
  private ReferenceGraph committed = new ReferenceGraph();
  private ReferenceGraph model = committed.copy();

  /// By sequence, what the graph is after each commit, the one that is under way included.
  private final TreeMap<Long, ReferenceGraph> states = new TreeMap<>();

  /// The newest commit that was promised to be durable.
  private long durableSequence;

  /// The newest commit that may be found after a crash.
  private long newestSequence;

  /// @param opener opens the database, each time the same one if it is persistent
  /// @param isPersistent whether the database can be closed and opened again
  GraphScriptRun(Supplier<Graph> opener, boolean isPersistent) {
    this.opener = opener;
    this.isPersistent = isPersistent;
    this.graph = opener.get();
    noteDurable();
  }

  /// What a crash at this moment may leave: the graph by the sequence of its newest commit.
  record Survivors(TreeMap<Long, ReferenceGraph> states, long durable, long newest) {}

  Survivors survivors() {
    return new Survivors(new TreeMap<>(states), durableSequence, newestSequence);
  }

  private long sequence() {
    try (ReadTransaction now = graph.beginRead()) {
      return now.sequence();
    }
  }

  private void noteDurable() {
    newestSequence = sequence();
    durableSequence = newestSequence;
    states.put(newestSequence, committed);
  }

  /// Plays all steps, and compares everything at the end.
  GraphScriptRun play(GraphScript script) {
    for (int i = 0; i < script.steps().size(); i++) {
      GraphScript.Step step = script.steps().get(i);
      try {
        play(step);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("step %d failed: %s".formatted(i, step), e);
      }
    }
    return this;
  }

  /// Ends the open transaction and compares everything.
  void finish() {
    endTransaction();
    readers.forEach(reader -> reader.model().assertSeenBy(reader.tx()));
    look();
    assertThat(graph.check()).isEmpty();
    if (isPersistent) {
      reopen();
      look();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Override
  public void close() {
    endTransaction();
    closeReaders();
    closeGraph();
  }

  private void endTransaction() {
    if (tx != null) {
      WriteTransaction ending = tx;
      tx = null;
      model = committed.copy();
      ending.close();
    }
  }

  private void closeReaders() {
    readers.forEach(reader -> reader.tx().close());
    readers.clear();
  }

  private WriteTransaction tx() {
    if (tx == null) {
      tx = graph.beginWrite();
      moments.clear();
      endedSavepoints.clear();
    }
    return tx;
  }

  private void play(GraphScript.Step step) {
    switch (step.kind()) {
      case COMMIT -> commit(Durability.values()[step.a() % 3]);
      case ROLLBACK -> {
        if (tx != null) {
          tx.rollback();
        }
        endTransaction();
      }
      case CLOSE -> endTransaction();
      case SAVEPOINT -> moments().add(new Moment(tx().savepoint(), model.copy()));
      case ROLLBACK_TO -> rollbackTo(step);
      case RELEASE -> {
        if (tx != null && !moments.isEmpty()) {
          int at = step.a() % moments.size();
          tx.release(moments.get(at).savepoint());
          endSavepoints(at);
        }
      }
      case LOOK -> look();
      case OPEN_READER -> {
        if (readers.size() < READER_COUNT_MAX) {
          readers.add(new Reader(graph.beginRead(), committed.copy()));
        }
      }
      case CLOSE_READER -> closeReader(step.a());
      case SYNC -> sync();
      case CHECKPOINT -> checkpoint();
      case REORGANIZE -> {
        if (tx == null) {
          reorganize(step);
        }
      }
      case CHECK -> assertThat(graph.check()).isEmpty();
      case REOPEN -> {
        if (isPersistent && step.a() < 300) {
          reopen();
        }
      }
      default -> {
        if (model.nodeCount() == 0 || (step.kind() == GraphScript.Kind.ADD_NODE && mayGrow())) {
          addNode(step);
        } else {
          change(step);
        }
      }
    }
  }

  private boolean mayGrow() {
    return model.nodeCount() < NODE_COUNT_MAX;
  }

  private void commit(Durability durability) {
    if (tx == null) {
      return;
    }
    WriteTransaction ending = tx;
    newestSequence = Math.max(newestSequence, ending.sequence());
    states.put(ending.sequence(), model);
    tx = null;
    ending.commit(durability);
    committed = model;
    model = committed.copy();
    // A transaction without changes has no sequence of its own.
    newestSequence = sequence();
    states.put(newestSequence, committed);
    if (durability == Durability.SYNC) {
      durableSequence = newestSequence;
    }
  }

  /// Returns the savepoints of the open transaction, which is begun if there is none.
  private List<Moment> moments() {
    tx();
    return moments;
  }

  /// Goes back, while cursors and views of before are in use.
  private void rollbackTo(GraphScript.Step step) {
    if (tx == null || moments.isEmpty()) {
      return;
    }
    List<Node> nodes = new ArrayList<>();
    List<Edge> edges = new ArrayList<>();
    tx.nodes().forEach(nodes::add);
    nodes.forEach(node -> tx.edges(node.id(), Direction.OUT).forEach(edges::add));
    List<Iterator<Edge>> walks = new ArrayList<>();
    for (Node node : nodes.subList(0, Math.min(5, nodes.size()))) {
      Iterator<Edge> walk = tx.edges(node.id(), Direction.BOTH).iterator();
      if (walk.hasNext()) {
        walk.next();
      }
      walks.add(walk);
    }
    int at = step.a() % moments.size();
    tx.rollbackTo(moments.get(at).savepoint());
    model = moments.get(at).model().copy();
    endSavepoints(at + 1);
    if (step.b() % 4 == 0) {
      model.assertSeenBy(tx);
    }
    for (Node node : nodes) {
      if (!model.hasNode(node.id())) {
        assertThatThrownBy(node::label).isInstanceOf(NodeNotFoundException.class);
      }
    }
    for (Edge edge : edges) {
      if (!model.hasEdge(ReferenceGraph.keyOf(edge))) {
        assertThatThrownBy(edge::properties).isInstanceOf(EdgeNotFoundException.class);
      }
    }
    for (Iterator<Edge> walk : walks) {
      walk.forEachRemaining(edge -> assertThat(model.hasEdge(ReferenceGraph.keyOf(edge))).isTrue());
    }
    if (!endedSavepoints.isEmpty()) {
      Savepoint ended = endedSavepoints.get(step.c() % endedSavepoints.size());
      assertThatThrownBy(() -> tx.rollbackTo(ended)).isInstanceOf(SavepointException.class);
    }
  }

  private void endSavepoints(int from) {
    while (moments.size() > from) {
      endedSavepoints.add(moments.removeLast().savepoint());
    }
  }

  private void sync() {
    graph.sync();
    durableSequence = newestSequence;
  }

  private void checkpoint() {
    if (tx == null) {
      graph.checkpoint();
    }
  }

  private void reorganize(GraphScript.Step step) {
    NodeOrder order = NodeOrder.values()[step.a() % NodeOrder.values().length];
    // Half of them with what is known of each node in pages.
    long memoryBytes = step.b() % 2 == 0 ? 0 : 1 << 20;
    allowOneMore();
    graph.reorganize(ReorganizeOptions.defaults().withOrder(order).withMemoryBytes(memoryBytes));
    assertThat(sequence()).isEqualTo(newestSequence);
    durableSequence = newestSequence;
  }

  /// Says that the next commit changes nothing that can be seen.
  private void allowOneMore() {
    newestSequence = sequence() + 1;
    states.put(newestSequence, committed);
  }

  private void reopen() {
    endTransaction();
    closeReaders();
    closeGraph();
    graph = opener.get();
    assertThat(sequence()).isBetween(newestSequence - 1, newestSequence);
    newestSequence = sequence();
    durableSequence = newestSequence;
  }

  /// Closes the graph, which may cut free pages off the end by one commit more.
  private void closeGraph() {
    allowOneMore();
    graph.close();
  }

  private void closeReader(int pick) {
    if (!readers.isEmpty()) {
      Reader reader = readers.remove(pick % readers.size());
      reader.model().assertSeenBy(reader.tx());
      reader.tx().close();
    }
  }

  private void look() {
    if (tx != null) {
      model.assertSeenBy(tx);
    }
    try (ReadTransaction now = graph.beginRead()) {
      committed.assertSeenBy(now);
    }
  }

  private void addNode(GraphScript.Step step) {
    String label = LABELS[step.b() % LABELS.length];
    Map<String, Object> properties = PropertyValues.setOf(step.value());
    addOrFind(() -> tx().addNode(label, properties), after -> after.addNode(label, properties));
  }

  /// Changes a node, which must be refused exactly if it violates a unique index that is complete,
  /// and may be refused if it violates one that is being built.
  private void addOrFind(LongSupplier change, ToLongFunction<ReferenceGraph> same) {
    ReferenceGraph after = model.copy();
    long expected = same.applyAsLong(after);
    boolean mustFail = after.isViolated(IndexState.READY);
    boolean mayFail = after.isViolated(IndexState.BUILDING);
    try {
      long result = change.getAsLong();
      assertThat(mustFail).isFalse();
      assertThat(result).isEqualTo(expected);
      model = after;
    } catch (UniqueViolationException e) {
      assertThat(mustFail || mayFail).as("%s", e.getMessage()).isTrue();
      assertThat(model.hasNode(e.existingNode())).isTrue();
      assertThat(model.indexes().all()).contains(e.index());
    }
  }

  private void changeNode(Runnable change, Consumer<ReferenceGraph> same) {
    addOrFind(
        () -> {
          change.run();
          return 0;
        },
        after -> {
          same.accept(after);
          return 0;
        });
  }

  private static IndexDefinition definition(GraphScript.Step step) {
    String label = LABELS[1 + step.a() % (LABELS.length - 1)];
    String[][] keys = {{"key0"}, {"key1"}, {"key0", "key1"}, {"key2", "key0", "key3"}};
    boolean isUnique = step.c() % 2 == 0;
    return new IndexDefinition(label, List.of(keys[step.b() % keys.length]), isUnique);
  }

  private void createIndex(GraphScript.Step step) {
    IndexDefinition definition = definition(step);
    WriteTransaction open = tx();
    for (IndexDefinition other : model.indexes().onSame(definition)) {
      if (other.unique() != definition.unique()) {
        assertThatThrownBy(() -> open.createIndex(definition))
            .isInstanceOf(IllegalArgumentException.class);
        return;
      }
    }
    IndexState before = model.indexes().stateOf(definition);
    long atOnceMax = step.value() % 3 == 0 ? 2_000 : 3;
    IndexStatus info = ((StoredWriteTransaction) open).createIndex(definition, atOnceMax);
    if (before == null || before == IndexState.FAILED) {
      model.defineIndex(definition, info.state());
      checkState(info);
    }
    assertThat(info.state()).isEqualTo(model.indexes().stateOf(definition));
  }

  private void checkState(IndexStatus info) {
    if (info.definition().unique() && info.state() != IndexState.BUILDING) {
      assertThat(model.hasDuplicates(info.definition()))
          .isEqualTo(info.state() == IndexState.FAILED);
    }
  }

  /// Takes a build further, and sometimes to its end.
  private void buildIndex(GraphScript.Step step) {
    for (IndexDefinition definition : model.indexes().all()) {
      if (model.indexes().stateOf(definition) == IndexState.BUILDING) {
        int idCount = step.b() % 3 == 0 ? 10_000 : 1 + step.b() % 20;
        IndexStatus info =
            ((StoredWriteTransaction) tx()).buildIndex(definition, idCount).orElseThrow();
        model.indexes().setState(definition, info.state());
        checkState(info);
        return;
      }
    }
  }

  private void dropIndex(GraphScript.Step step) {
    List<IndexDefinition> all = model.indexes().all();
    if (all.isEmpty()) {
      assertThat(tx().dropIndex(definition(step))).isFalse();
      return;
    }
    IndexDefinition definition = all.get(step.a() % all.size());
    assertThat(tx().dropIndex(definition)).isTrue();
    model.indexes().drop(definition);
  }

  private void upsert(GraphScript.Step step) {
    String label = LABELS[1 + step.a() % (LABELS.length - 1)];
    String key = "key" + step.b() % 2;
    Object value = PropertyValues.small(step.c());
    Map<String, Object> properties = PropertyValues.setOf(step.value());
    properties.put(key, value);
    WriteTransaction open = tx();
    IndexState state = model.indexes().stateOf(IndexDefinition.unique(label, key));
    if (state == null || state == IndexState.FAILED) {
      assertThatThrownBy(() -> open.upsert(label, key, value, properties))
          .isInstanceOf(IllegalStateException.class);
    } else if (state == IndexState.READY) {
      addOrFind(
          () -> open.upsert(label, key, value, properties),
          after -> {
            long node = after.findNode(label, key, value);
            if (node == 0) {
              return after.addNode(label, properties);
            }
            properties.forEach((name, one) -> after.setProperty(node, name, one));
            return node;
          });
    }
  }

  private void change(GraphScript.Step step) {
    long node = model.pickNode(step.a());
    long other = step.c() % 16 == 0 ? node : model.pickNode(step.b());
    String type = TYPES[step.c() % TYPES.length];
    switch (step.kind()) {
      case ADD_NODE, DELETE_NODE -> {
        tx().deleteNode(node);
        model.deleteNode(node);
      }
      case SET_LABEL -> {
        String label = LABELS[step.b() % LABELS.length];
        changeNode(() -> tx().setLabel(node, label), after -> after.setLabel(node, label));
      }
      case SET_PROPERTY ->
          setProperty(node, PropertyValues.key(step.b()), PropertyValues.of(step.value()));
      case SET_INDEXED -> setProperty(node, "key" + step.b() % 4, PropertyValues.small(step.c()));
      case SET_PROPERTIES -> {
        Map<String, Object> properties = PropertyValues.setOf(step.value());
        changeNode(
            () -> tx().setProperties(node, properties),
            after -> after.setProperties(node, properties));
      }
      case UPSERT -> upsert(step);
      case CREATE_INDEX -> createIndex(step);
      case BUILD_INDEX -> buildIndex(step);
      case DROP_INDEX -> dropIndex(step);
      case REMOVE_PROPERTY -> {
        String key = PropertyValues.key(step.b());
        assertThat(tx().removeProperty(node, key)).isEqualTo(model.removeProperty(node, key));
      }
      case ADD_EDGE -> addEdge(type, node, other, Map.of());
      case ADD_EDGES -> addEdges(type, step);
      case ADD_EDGE_WITH -> addEdge(type, node, other, PropertyValues.setOf(step.value()));
      case PUT_EDGE -> putEdge(step, node, other);
      case DELETE_EDGES ->
          assertThat(tx().deleteEdges(type, node, other))
              .isEqualTo(model.deleteEdges(type, node, other));
      case BAD_CALL -> callBadly(step, node);
      case CHANGE_WHILE_WALKING -> changeWhileWalking(step, node);
      default -> {
        if (model.hasEdges()) {
          changeEdge(step);
        }
      }
    }
  }

  private void setProperty(long node, String key, Object value) {
    changeNode(
        () -> tx().setProperty(node, key, value), after -> after.setProperty(node, key, value));
  }

  private void addEdge(String type, long node, long other, Map<String, Object> properties) {
    if (type.startsWith("MULTI")) {
      tx().declareEdgeType(type, Multiplicity.MULTI);
      model.declareType(type, Multiplicity.MULTI);
    }
    boolean isNew =
        properties.isEmpty()
            ? tx().addEdge(type, node, other)
            : tx().addEdge(type, node, other, properties);
    assertThat(isNew).isEqualTo(model.addEdge(type, node, other, properties));
  }

  /// Adds some edges together, some of them twice.
  private void addEdges(String type, GraphScript.Step step) {
    if (type.startsWith("MULTI")) {
      tx().declareEdgeType(type, Multiplicity.MULTI);
      model.declareType(type, Multiplicity.MULTI);
    }
    int count = step.a() % 40;
    long[] sources = new long[count + 2];
    long[] targets = new long[count + 2];
    int added = 0;
    for (int i = 1; i <= count; i++) {
      sources[i] = model.pickNode(step.b() + i / 7);
      targets[i] = model.pickNode((int) (step.value() >>> (i % 48) & 1023));
      added += model.addEdge(type, sources[i], targets[i], Map.of()) ? 1 : 0;
    }
    if (count > 0) {
      assertThat(tx().addEdges(type, sources, targets, 1, count)).isEqualTo(added);
    }
  }

  private void putEdge(GraphScript.Step step, long node, long other) {
    String type = TYPES[step.c() % 2];
    Map<String, Object> properties = PropertyValues.setOf(step.value());
    assertThat(tx().putEdge(type, node, other, properties))
        .isEqualTo(model.putEdge(type, node, other, properties));
  }

  /// Finds an edge in the write transaction, or sometimes in the newest snapshot.
  private Edge find(EdgeKey key, ReadTransaction where) {
    for (Edge edge : where.edges(key.source(), Direction.OUT, key.type())) {
      if (ReferenceGraph.keyOf(edge).equals(key)) {
        return edge;
      }
    }
    throw new AssertionError("edge is missing " + key);
  }

  private void changeEdge(GraphScript.Step step) {
    EdgeKey key = model.pickEdge(step.a());
    Edge edge = find(key, tx());
    String name = PropertyValues.key(step.b());
    switch (step.kind()) {
      case SET_EDGE_PROPERTY -> {
        tx().setProperty(edge, name, PropertyValues.of(step.value()));
        model.setEdgeProperty(key, name, PropertyValues.of(step.value()));
      }
      case REMOVE_EDGE_PROPERTY ->
          assertThat(tx().removeProperty(edge, name))
              .isEqualTo(model.removeEdgeProperty(key, name));
      case DELETE_EDGE -> {
        tx().deleteEdge(edge);
        model.deleteEdge(key);
        assertThatThrownBy(edge::properties).isInstanceOf(EdgeNotFoundException.class);
      }
      default -> throw new AssertionError(step.kind());
    }
  }

  /// Makes calls that must be refused and change nothing.
  private void callBadly(GraphScript.Step step, long node) {
    WriteTransaction open = tx();
    long unknown = model.nextNode() + step.b();
    switch (step.c() % 6) {
      case 0 ->
          assertThatThrownBy(() -> open.addEdge("NEVER_SEEN", node, unknown))
              .isInstanceOf(NodeNotFoundException.class);
      case 1 ->
          assertThatThrownBy(
                  () -> open.addEdge("NEVER_SEEN", node, node, Map.of("key", new Object())))
              .isInstanceOf(PropertyException.class);
      case 2 ->
          assertThatThrownBy(() -> open.addNode("NeverSeen", Map.of("key", new Object())))
              .isInstanceOf(PropertyException.class);
      case 3 ->
          assertThatThrownBy(() -> open.deleteNode(unknown))
              .isInstanceOf(NodeNotFoundException.class);
      case 4 ->
          assertThatThrownBy(() -> open.setProperty(node, "key1", null))
              .isInstanceOf(PropertyException.class);
      default ->
          assertThatThrownBy(() -> open.setLabel(node, "\uD800"))
              .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// Deletes or changes each edge of a node on the way over them.
  private void changeWhileWalking(GraphScript.Step step, long node) {
    Set<EdgeKey> seen = new HashSet<>();
    int steps = 0;
    for (Edge edge : tx().edges(node, Direction.BOTH)) {
      EdgeKey key = ReferenceGraph.keyOf(edge);
      assertThat(seen.add(key) || key.source() == key.target()).isTrue();
      if (step.b() % 2 == 0) {
        tx().deleteEdge(edge);
        model.deleteEdge(key);
      } else {
        tx().setProperty(edge, "key0", PropertyValues.of(step.value() + steps));
        model.setEdgeProperty(key, "key0", PropertyValues.of(step.value() + steps));
      }
      steps++;
    }
    assertThat(seen).hasSize(step.b() % 2 == 0 ? steps : (int) distinctDegree(node));
  }

  private long distinctDegree(long node) {
    long count = 0;
    for (Edge edge : tx().edges(node, Direction.BOTH)) {
      count += edge.source() == edge.target() ? 1 : 2;
    }
    return count / 2;
  }
}
