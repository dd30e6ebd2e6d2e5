package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.tinkerpop.gremlin.structure.Edge;
import org.apache.tinkerpop.gremlin.structure.Element;
import org.apache.tinkerpop.gremlin.structure.T;
import org.apache.tinkerpop.gremlin.structure.Vertex;
import org.apache.tinkerpop.gremlin.structure.VertexProperty;
import org.apache.tinkerpop.gremlin.structure.io.graphml.GraphMLReader;
import org.apache.tinkerpop.gremlin.structure.io.graphml.GraphMLWriter;
import org.apache.tinkerpop.gremlin.structure.io.graphson.GraphSONMapper;
import org.apache.tinkerpop.gremlin.structure.io.graphson.GraphSONReader;
import org.apache.tinkerpop.gremlin.structure.io.graphson.GraphSONVersion;
import org.apache.tinkerpop.gremlin.structure.io.graphson.GraphSONWriter;
import org.apache.tinkerpop.gremlin.structure.io.graphson.TypeInfo;
import org.apache.tinkerpop.gremlin.tinkergraph.structure.TinkerFactory;
import org.apache.tinkerpop.gremlin.tinkergraph.structure.TinkerGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What TinkerPop writes is read, and what is written TinkerPop reads: both graphs hold the same.
final class TinkerPopTest {
  private static final String KEY = "key of TinkerPop";
  private static final int GRAPHS = 8;

  @TempDir Path directory;

  private static long firstSeed() {
    long seed = Long.getLong("seed", 1);
    System.out.println("TinkerPopTest seed=" + seed);
    return seed;
  }

  private static long lastSeed(long first) {
    return Long.getLong("seed") == null ? first + GRAPHS - 1 : first;
  }

  private static GraphSONMapper mapper(GraphSONVersion version, TypeInfo types) {
    return GraphSONMapper.build().version(version).typeInfo(types).addDefaultXModule(true).create();
  }

  private Path graphSonOf(TinkerGraph graph, GraphSONMapper mapper, boolean isWrapped)
      throws IOException {
    Path file = Files.createTempFile(directory, "written", ".json");
    try (OutputStream out = Files.newOutputStream(file)) {
      GraphSONWriter.build()
          .mapper(mapper)
          .wrapAdjacencyList(isWrapped)
          .create()
          .writeGraph(out, graph);
    }
    return file;
  }

  private Path graphMlOf(TinkerGraph graph) throws IOException {
    Path file = Files.createTempFile(directory, "written", ".graphml");
    try (OutputStream out = Files.newOutputStream(file)) {
      GraphMLWriter.build().create().writeGraph(out, graph);
    }
    return file;
  }

  /// Returns all of a graph: nodes by their keys, edges in an order of their own.
  private static List<Object> describe(TinkerGraph graph) {
    Map<String, Object> nodes = new TreeMap<>();
    graph.vertices().forEachRemaining(vertex -> nodes.put(idOf(vertex), describe(vertex)));
    List<String> edges = new ArrayList<>();
    graph
        .edges()
        .forEachRemaining(edge ->
            edges.add(
                String.join(
                    " ", idOf(edge.outVertex()), idOf(edge.inVertex()), "" + describe(edge))));
    return List.of(nodes, edges.stream().sorted().toList());
  }

  private static String idOf(Element element) {
    return element.id().toString();
  }

  private static List<Object> describe(Element element) {
    Map<String, List<Object>> properties = new TreeMap<>();
    element
        .properties()
        .forEachRemaining(property ->
            properties
                .computeIfAbsent(property.key(), _ -> new ArrayList<>())
                .add(plain(property.value())));
    Map<String, Object> all = new TreeMap<>();
    properties.forEach((key, list) -> all.put(key, list.size() == 1 ? list.getFirst() : list));
    return List.of(element.label(), all);
  }

  /// Returns a value as a graph of Rookery has it.
  private static Object plain(Object value) {
    return switch (value) {
      case Integer number -> (long) number;
      case Short number -> (long) number;
      case Byte number -> (long) number;
      case Float number -> Double.valueOf(number.toString());
      case Date date -> date.toInstant();
      case Character letter -> letter.toString();
      case ByteBuffer bytes -> List.of("bytes", hex(bytes));
      case byte[] bytes -> List.of("bytes", hex(ByteBuffer.wrap(bytes)));
      case List<?> list -> list.stream().map(TinkerPopTest::plain).toList();
      default -> value;
    };
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return java.util.HexFormat.of().formatHex(copy);
  }

  /// As the other, of a graph whose nodes have kept their keys or, if not, have their ids.
  private static List<Object> describe(Graph graph, String noLabel) {
    try (ReadTransaction tx = graph.beginRead()) {
      Map<String, Object> nodes = new TreeMap<>();
      Map<Long, String> keys = new HashMap<>();
      for (Node node : tx.nodes()) {
        Map<String, Object> properties = plain(node.properties());
        Object key = properties.remove(KEY);
        keys.put(node.id(), key == null ? Long.toString(node.id()) : key.toString());
        nodes.put(keys.get(node.id()), List.of(node.label().orElse(noLabel), properties));
      }
      List<String> edges = new ArrayList<>();
      for (String type : tx.edgeTypes()) {
        tx.edges(type)
            .forEach(edge ->
                edges.add(
                    String.join(
                        " ",
                        keys.get(edge.source()),
                        keys.get(edge.target()),
                        "" + List.of(type, plain(edge.properties())))));
      }
      return List.of(nodes, edges.stream().sorted().toList());
    }
  }

  private static Map<String, Object> plain(Map<String, Object> properties) {
    Map<String, Object> all = new TreeMap<>();
    properties.forEach((key, value) -> all.put(key, plain(value)));
    return all;
  }

  private static void assertReadsGraphMl(Path file, TinkerGraph expected) throws IOException {
    try (Graph graph = Graph.inMemory()) {
      GraphMlImport.into(graph).keepKeys(KEY).run(file);
      assertThat(graph.check()).isEmpty();
      assertThat(describe(graph, "")).as(file.toString()).isEqualTo(describe(expected));
    }
  }

  private static void assertReadsGraphSon(Path file, TinkerGraph expected) throws IOException {
    try (Graph graph = Graph.inMemory()) {
      GraphSonImport.into(graph).keepKeys(KEY).dropMetaProperties().run(file);
      assertThat(graph.check()).isEmpty();
      assertThat(describe(graph, "")).as(file.toString()).isEqualTo(describe(expected));
    }
  }

  @Test
  void import_ofToyGraphs_areTheSame() throws IOException {
    for (TinkerGraph toy : List.of(TinkerFactory.createModern(), TinkerFactory.createClassic())) {
      assertReadsGraphMl(graphMlOf(toy), toy);
    }
    for (TinkerGraph toy :
        List.of(
            TinkerFactory.createModern(),
            TinkerFactory.createTheCrew(),
            TinkerFactory.createKitchenSink())) {
      for (GraphSONVersion version : GraphSONVersion.values()) {
        for (boolean isWrapped : List.of(false, true)) {
          assertReadsGraphSon(graphSonOf(toy, mapper(version, TypeInfo.NO_TYPES), isWrapped), toy);
          if (version != GraphSONVersion.V1_0) {
            assertReadsGraphSon(
                graphSonOf(toy, mapper(version, TypeInfo.PARTIAL_TYPES), isWrapped), toy);
          }
        }
      }
    }
  }

  @Test
  void import_ofMetaProperties_isAnErrorUnlessTheyAreToBeDropped() throws IOException {
    Path crew =
        graphSonOf(
            TinkerFactory.createTheCrew(),
            mapper(GraphSONVersion.V3_0, TypeInfo.PARTIAL_TYPES),
            false);
    try (Graph graph = Graph.inMemory()) {
      assertThatThrownBy(() -> GraphSonImport.into(graph).run(crew))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("metaKey=startTime");

      GraphSonImport.into(graph).dropMetaProperties().run(crew);

      assertThat(
              graph.<List<Object>>read(tx ->
                  tx.nodes("person").iterator().next().property("location").map(List::of).get()))
          .isEqualTo(List.of(List.of("san diego", "santa cruz", "brussels", "santa fe")));
    }
  }

  private static TinkerGraph random(SplittableRandom random, List<Object> values) {
    TinkerGraph graph = TinkerGraph.open();
    List<Vertex> vertices = new ArrayList<>();
    for (int i = random.nextInt(60); i >= 0; i--) {
      Object id = random.nextBoolean() ? i : random.nextBoolean() ? "text " + i : 1_000L + i;
      Vertex vertex = graph.addVertex(T.id, id, T.label, "label " + random.nextInt(3));
      for (int j = random.nextInt(5); j > 0; j--) {
        vertex.property(
            VertexProperty.Cardinality.single,
            "k<" + random.nextInt(6),
            values.get(random.nextInt(values.size())));
      }
      vertices.add(vertex);
    }
    for (int i = random.nextInt(200); i > 0; i--) {
      Vertex from = vertices.get(random.nextInt(vertices.size()));
      Vertex to = vertices.get(random.nextInt(vertices.size()));
      Edge edge = from.addEdge("type " + random.nextInt(3), to);
      if (random.nextBoolean()) {
        edge.property("k<0", values.get(random.nextInt(values.size())));
      }
    }
    return graph;
  }

  @Test
  void import_ofRandomGraphsInGraphMl_areTheSame() throws IOException {
    long first = firstSeed();
    for (long seed = first; seed <= lastSeed(first); seed++) {
      // One type for each key: GraphML of TinkerPop has one key for all values of a name.
      for (List<Object> values :
          List.<List<Object>>of(
              List.of("", " a ", "<&>\"'\n\t", "\uD83D\uDE00"),
              List.of(1, Integer.MIN_VALUE),
              List.of(Long.MAX_VALUE, -1L),
              List.of(0.1f, -2f),
              List.of(0.1, 1e300, Double.NaN, Double.POSITIVE_INFINITY),
              List.of(true, false))) {
        TinkerGraph graph = random(new SplittableRandom(seed), values);
        assertReadsGraphMl(graphMlOf(graph), graph);
      }
    }
  }

  @Test
  void import_ofRandomGraphsInGraphSon_areTheSame() throws IOException {
    List<Object> values =
        List.of(
            "",
            "\u0000\u2028\uD83D\uDE00\"\\",
            1,
            -2L,
            0.5f,
            0.1,
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            true,
            new UUID(1, 2),
            new Date(1_234_567_890_123L),
            Instant.ofEpochSecond(1, 2),
            LocalDate.of(2020, 2, 29),
            (short) 3,
            'c',
            ByteBuffer.wrap(new byte[] {1, 2, -3}),
            List.of(),
            List.of("a", "b"),
            List.of(1L, 2L));
    long first = firstSeed();
    for (long seed = first; seed <= lastSeed(first); seed++) {
      TinkerGraph graph = random(new SplittableRandom(seed), values);
      assertReadsGraphSon(
          graphSonOf(graph, mapper(GraphSONVersion.V3_0, TypeInfo.PARTIAL_TYPES), false), graph);
    }
  }

  @Test
  void export_ofRandomGraphs_isReadByTinkerPop() throws IOException {
    long first = firstSeed();
    for (long seed = first; seed <= lastSeed(first); seed++) {
      try (Graph graph = Graph.inMemory()) {
        RandomGraphs.fill(graph, new SplittableRandom(seed));
        Path json = directory.resolve(seed + ".json");
        try (ReadTransaction tx = graph.beginRead()) {
          GraphSonExport.write(tx, json);
        }
        TinkerGraph copy = TinkerGraph.open();
        try (InputStream in = Files.newInputStream(json)) {
          GraphSONReader.build()
              .mapper(mapper(GraphSONVersion.V3_0, TypeInfo.PARTIAL_TYPES))
              .create()
              .readGraph(in, copy);
        }
        assertThat(describe(copy)).as("seed=" + seed).isEqualTo(describe(graph, "vertex"));
      }
    }
  }

  @Test
  void export_ofPlainValues_isReadByTinkerPopAsGraphMl() throws IOException {
    long first = firstSeed();
    List<Object> values =
        List.of("", " a\r\n\tb ", "]]><&\"'", "\uD83D\uDE00\u0085", -7L, 0.1, Double.NaN, true);
    for (long seed = first; seed <= lastSeed(first); seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      try (Graph graph = Graph.inMemory()) {
        graph.execute(tx -> {
          tx.declareEdgeType("MULTI \"<TYPE>", Multiplicity.MULTI);
          List<Long> nodes = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            nodes.add(
                tx.addNode(
                    random.nextInt(3) == 0 ? "" : "Label & " + random.nextInt(3),
                    Map.of("key <" + random.nextInt(3), values.get(random.nextInt(8)))));
          }
          for (int i = 0; i < 150; i++) {
            tx.addEdge(
                random.nextBoolean() ? "SIMPLE" : "MULTI \"<TYPE>",
                nodes.get(random.nextInt(40)),
                nodes.get(random.nextInt(40)),
                Map.of("weight", values.get(random.nextInt(8))));
          }
        });
        Path file = directory.resolve(seed + ".graphml");
        try (ReadTransaction tx = graph.beginRead()) {
          GraphMlExport.write(tx, file);
        }
        TinkerGraph copy = TinkerGraph.open();
        try (InputStream in = Files.newInputStream(file)) {
          GraphMLReader.build().create().readGraph(in, copy);
        }
        assertThat(describe(copy)).as("seed=" + seed).isEqualTo(describe(graph, "vertex"));
      }
    }
  }
}
