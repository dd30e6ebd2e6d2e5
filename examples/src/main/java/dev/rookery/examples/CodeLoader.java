package dev.rookery.examples;

import dev.rookery.examples.ClassFiles.Origin;
import dev.rookery.examples.Program.CodeClass;
import dev.rookery.examples.Program.CodePackage;
import dev.rookery.examples.Program.Pairs;
import dev.rookery.graph.Graph;
import dev.rookery.graph.WriteTransaction;
import java.lang.reflect.Modifier;
import java.util.Map;

/// Writes a [Program] to an empty graph, as [CodeSchema] says.
///
/// Nodes first, class by class, so that a class and its members become neighbours in the store;
/// then the edges, type by type. Transactions are bounded, so memory is, and the load is not atomic
/// as a whole. Belongs to one thread and loads once.
final class CodeLoader {

  /// How many nodes or edges one transaction adds.
  private static final int BATCH = 50_000;

  private final Graph graph;
  private final Program program;
  private final ProgressBar progress;
  private final long[] modules;
  private final long[] packages;
  private final long[] classes;
  private final long[] members;
  private WriteTransaction tx;
  private int pending;
  private long done;

  private CodeLoader(Graph graph, Program program, ProgressBar progress) {
    this.graph = graph;
    this.program = program;
    this.progress = progress;
    this.modules = new long[program.modules().size()];
    this.packages = new long[program.packages().size()];
    this.classes = new long[program.classCount()];
    this.members = new long[program.memberCount()];
    this.tx = graph.beginWrite();
  }

  /// Loads a program and makes it durable.
  ///
  /// @param resolved the pairs of [Linkage#resolved]
  /// @param dispatched the pairs of [Linkage#dispatched]
  static LoadReport load(
      Graph graph, Program program, Pairs resolved, Pairs dispatched, ProgressBar progress) {
    var loader = new CodeLoader(graph, program, progress);
    long start = System.nanoTime();
    try {
      loader.addNodes();
      loader.flush();
      long nodes = loader.done;
      long nodesDone = System.nanoTime();
      loader.addEdges(resolved, dispatched);
      loader.tx.commit();
      long edgesDone = System.nanoTime();
      graph.sync();
      return new LoadReport(
          nodes,
          nodesDone - start,
          loader.done - nodes,
          edgesDone - nodesDone,
          System.nanoTime() - edgesDone);
    } finally {
      loader.tx.close();
      progress.finish();
    }
  }

  /// Returns about how many nodes and edges will be added, to measure progress against.
  static long size(Program program, Pairs resolved, Pairs dispatched) {
    long nodes = (long) program.packages().size() + program.classCount() + program.memberCount();
    long contained = nodes;
    long supertypes = 2L * program.declaredClassCount();
    long size = nodes + contained + supertypes + resolved.size() + dispatched.size();
    for (UseKind kind : UseKind.values()) {
      size += program.pairs(kind).size();
    }
    return size;
  }

  private void addNodes() {
    for (int i = 0; i < modules.length; i++) {
      Origin module = program.modules().get(i);
      modules[i] = addNode(CodeSchema.MODULE, Map.of(CodeSchema.NAME, module.name()));
    }
    for (int i = 0; i < packages.length; i++) {
      CodePackage codePackage = program.packages().get(i);
      boolean exported = program.modules().get(codePackage.module()).isExported(codePackage.name());
      packages[i] =
          addNode(
              CodeSchema.PACKAGE,
              Map.of(CodeSchema.NAME, codePackage.name(), CodeSchema.EXPORTED, exported));
    }
    for (int place = 0; place < program.declaredClassCount(); place++) {
      addClass(program.declaredClass(place));
    }
    for (int i = 0; i < classes.length; i++) {
      if (program.findClass(i) == null) {
        String name = program.className(i);
        classes[i] = addNode(CodeSchema.CLASS_REF, Map.of(CodeSchema.NAME, name));
      }
    }
    for (int i = 0; i < members.length; i++) {
      if (!program.isDeclared(i)) {
        addReference(i);
      }
    }
  }

  private void addClass(int index) {
    CodeClass declaration = program.findClass(index);
    if (declaration == null) {
      throw new IllegalArgumentException("not declared class=" + program.className(index));
    }
    long modifiers = declaration.modifiers();
    classes[index] =
        addNode(
            CodeSchema.CLASS,
            Map.of(CodeSchema.NAME, program.className(index), CodeSchema.MODIFIERS, modifiers));
    for (int member : declaration.members()) {
      MemberName name = program.member(member);
      long memberModifiers = program.memberModifiers(member);
      members[member] =
          addNode(
              name.isMethod() ? CodeSchema.METHOD : CodeSchema.FIELD,
              Map.of(
                  CodeSchema.NAME,
                  name.name(),
                  CodeSchema.DESCRIPTOR,
                  name.descriptor(),
                  CodeSchema.MODIFIERS,
                  memberModifiers));
    }
  }

  private void addReference(int member) {
    MemberName name = program.member(member);
    members[member] =
        addNode(
            name.isMethod() ? CodeSchema.METHOD_REF : CodeSchema.FIELD_REF,
            Map.of(CodeSchema.NAME, name.name(), CodeSchema.DESCRIPTOR, name.descriptor()));
  }

  private void addEdges(Pairs resolved, Pairs dispatched) {
    addContains();
    addSupertypes();
    Pairs calls = program.pairs(UseKind.CALLS);
    for (int i = 0; i < calls.size(); i++) {
      long count = calls.count(i);
      tx.addEdge(
          CodeSchema.CALLS,
          members[calls.source(i)],
          members[calls.target(i)],
          Map.of(CodeSchema.COUNT, count));
      step();
    }
    addPairs(CodeSchema.READS, program.pairs(UseKind.READS));
    addPairs(CodeSchema.WRITES, program.pairs(UseKind.WRITES));
    addPairs(CodeSchema.RESOLVES_TO, resolved);
    addPairs(CodeSchema.DISPATCHES_TO, dispatched);
  }

  private void addContains() {
    for (int i = 0; i < packages.length; i++) {
      addEdge(CodeSchema.CONTAINS, modules[program.packages().get(i).module()], packages[i]);
    }
    for (int place = 0; place < program.declaredClassCount(); place++) {
      int index = program.declaredClass(place);
      CodeClass declaration = program.findClass(index);
      if (declaration != null) {
        addEdge(CodeSchema.CONTAINS, packages[declaration.packageIndex()], classes[index]);
        for (int member : declaration.members()) {
          addEdge(CodeSchema.CONTAINS, classes[index], members[member]);
        }
      }
    }
    for (int i = 0; i < members.length; i++) {
      if (!program.isDeclared(i)) {
        addEdge(CodeSchema.CONTAINS, classes[program.memberOwner(i)], members[i]);
      }
    }
  }

  private void addSupertypes() {
    for (int i = 0; i < classes.length; i++) {
      CodeClass declaration = program.findClass(i);
      if (declaration == null) {
        continue;
      }
      boolean isInterface = Modifier.isInterface(declaration.modifiers());
      if (declaration.superclass() >= 0 && !isInterface) {
        addEdge(CodeSchema.EXTENDS, classes[i], classes[declaration.superclass()]);
      }
      String type = isInterface ? CodeSchema.EXTENDS : CodeSchema.IMPLEMENTS;
      for (int superinterface : declaration.interfaces()) {
        addEdge(type, classes[i], classes[superinterface]);
      }
    }
  }

  private void addPairs(String type, Pairs pairs) {
    for (int i = 0; i < pairs.size(); i++) {
      addEdge(type, members[pairs.source(i)], members[pairs.target(i)]);
    }
  }

  private long addNode(String label, Map<String, Object> properties) {
    long id = tx.addNode(label, properties);
    step();
    return id;
  }

  private void addEdge(String type, long source, long target) {
    tx.addEdge(type, source, target);
    step();
  }

  /// Counts a node or an edge, and commits when the transaction is full.
  private void step() {
    done++;
    pending++;
    progress.advance(1);
    if (pending == BATCH) {
      flush();
    }
  }

  private void flush() {
    tx.commit();
    tx = graph.beginWrite();
    pending = 0;
  }

  /// What was loaded and how long it took.
  ///
  /// @param nodes how many nodes were added
  /// @param nodeNanos for how long
  /// @param edges how many edges were added
  /// @param edgeNanos for how long
  /// @param syncNanos how long it took to make all of it durable
  record LoadReport(long nodes, long nodeNanos, long edges, long edgeNanos, long syncNanos) {

    /// Returns the time of all three parts.
    long nanos() {
      return nodeNanos + edgeNanos + syncNanos;
    }

    /// Returns the edges per second of the time for the edges and the sync.
    double edgesPerSecond() {
      return edges * 1e9 / (edgeNanos + syncNanos);
    }
  }
}
