package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class GraphMlTest {
  private static final String HEAD = "<graphml xmlns='http://graphml.graphdrawing.org/xmlns'>\n";
  private static final String GRAPH = HEAD + "<graph edgedefault='directed'>\n";
  private static final String END = "</graph></graphml>";

  private static final String LIKELY = "<>&;/='\" 0";

  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("graph.graphml"), text);
  }

  private static long nodeCount(Graph graph) {
    return graph.read(ReadTransaction::nodeCount);
  }

  @Test
  void exportAndImport_randomGraphs_areEqual() throws IOException {
    Long given = Long.getLong("seed");
    long first = given == null ? 1 : given;
    long last = given == null ? 12 : given;
    System.out.println("GraphMlTest seed=" + first + ".." + last);
    for (long seed = first; seed <= last; seed++) {
      try (Graph graph = Graph.inMemory();
          Graph copy = Graph.inMemory()) {
        RandomGraphs.fill(graph, new SplittableRandom(seed));
        Path file = directory.resolve("exported" + seed + ".graphml");
        try (ReadTransaction tx = graph.beginRead()) {
          GraphMlExport.write(tx, file);
        }
        GraphMlImport.into(copy).run(file);
        RandomGraphs.assertEqual(copy, graph, seed);
      }
    }
  }

  @Test
  void export_ofAPart_writesItsNodesEdgesAndTypes() throws IOException {
    try (Graph graph = Graph.inMemory();
        Graph copy = Graph.inMemory()) {
      RandomGraphs.fill(graph, new SplittableRandom(3));
      try (ReadTransaction tx = graph.beginRead()) {
        List<Node> nodes = new ArrayList<>();
        tx.nodes().forEach(nodes::add);
        List<Edge> edges = new ArrayList<>();
        tx.edges("SIMPLE").forEach(edges::add);
        Path file = directory.resolve("part.graphml");
        GraphMlExport.write(tx, nodes, edges, file);
        GraphMlImport.into(copy).run(file);

        try (ReadTransaction copied = copy.beginRead()) {
          assertThat(copied.edgeTypes()).containsExactly("SIMPLE");
          assertThat(copied.multiplicity("SIMPLE")).isEqualTo(Multiplicity.SIMPLE);
          assertThat(copied.edgeCount()).isEqualTo(edges.size()).isPositive();
          assertThat(copied.nodeCount()).isEqualTo(nodes.size());
        }
        assertThatThrownBy(() -> GraphMlExport.write(tx, file))
            .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).exists();
      }
    }
  }

  @Test
  void export_nameWithAControlCharacter_namesThePlaceAndLeavesNoFile() {
    Path file = directory.resolve("bad.graphml");
    try (Graph graph = Graph.inMemory()) {
      long node = graph.write(tx -> tx.addNode("Good", Map.of("a\u0001b", 1L)));
      try (ReadTransaction tx = graph.beginRead()) {
        assertThatThrownBy(() -> GraphMlExport.write(tx, file))
            .isInstanceOf(ExportException.class)
            .hasMessageContaining("name=a\\u0001b")
            .hasMessageContaining("node=" + node);
      }
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void import_edgesBeforeNodesAndDefaults_areRead() throws IOException {
    Path file =
        file(
            """
            <?xml version="1.0" encoding="ISO-8859-1"?>
            <!-- A comment. --><?and an instruction?>
            <g:graphml xmlns:g="http://graphml.graphdrawing.org/xmlns">
            <g:key id="d0" for="node" attr.name="color" attr.type="string"><g:desc>x</g:desc>
              <g:default>yellow</g:default></g:key>
            <g:key id="d1" for="edge" attr.name="weight" attr.type="double"/>
            <g:key id="d2" for="all" attr.name="rank" attr.type="int"><g:default> 7 </g:default>
            </g:key>
            <g:graph id="G" edgedefault="directed"><g:desc>words</g:desc>
              <g:edge source="a" target="b"><g:data key="d1">-INF</g:data></g:edge>
              <g:node id="b"/>
              <g:node id="a"><g:data key="d0"><![CDATA[<r>]]>&amp;&#228;</g:data>
                <g:data key="d2">-1</g:data><g:port name="North"><g:data/></g:port></g:node>
              <g:edge source="a" target="b"/>
              <g:edge source="b" target="b" directed="true"/>
            </g:graph></g:graphml>
            """);
    try (Graph graph = Graph.inMemory()) {
      var summary = GraphMlImport.into(graph).keepKeys("id").run(file);

      assertThat(summary.nodes()).isEqualTo(2);
      assertThat(summary.edges()).isEqualTo(3);
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.node(1).properties())
            .isEqualTo(Map.of("id", "b", "color", "yellow", "rank", 7L));
        assertThat(tx.node(2).properties())
            .isEqualTo(Map.of("id", "a", "color", "<r>&\u00E4", "rank", -1L));
        assertThat(tx.edges(2, dev.rookery.graph.Direction.OUT))
            .extracting(Edge::properties)
            .containsExactly(
                Map.of("weight", Double.NEGATIVE_INFINITY, "rank", 7L), Map.of("rank", 7L));
        assertThat(tx.multiplicity("EDGE")).isEqualTo(Multiplicity.MULTI);
      }
    }
  }

  @Test
  void import_ofNeo4j_takesLabelsAndTypesFromAttributes() throws IOException {
    Path file =
        file(
            HEAD
                + """
                <key id="name" for="node" attr.name="name"/>
                <key id="labels" for="node" attr.name="labels"/>
                <key id="label" for="edge" attr.name="label"/>
                <key id="since" for="edge" attr.name="since" attr.type="long"/>
                <graph id="G" edgedefault="directed">
                <node id="n0" labels=":Person:Actor"><data key="labels">:Person:Actor</data>
                  <data key="name">Ann</data></node>
                <node id="n1" labels=":Film"><data key="labels">:Film</data></node>
                <node id="n2"><data key="labels">:x</data></node>
                <edge id="e0" source="n0" target="n1" label="ACTED_IN">
                  <data key="label">ACTED_IN</data><data key="since">1999</data></edge>
                </graph></graphml>
                """);
    try (Graph graph = Graph.inMemory()) {
      GraphMlImport.into(graph).label("Other").run(file);

      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.node(1).label()).contains("Person");
        assertThat(tx.node(1).properties())
            .isEqualTo(Map.of("name", "Ann", "labels", List.of("Person", "Actor")));
        assertThat(tx.node(2).label()).contains("Film");
        assertThat(tx.node(2).properties()).isEmpty();
        assertThat(tx.node(3).label()).contains("Other");
        assertThat(tx.node(3).properties()).isEqualTo(Map.of("labels", ":x"));
        assertThat(tx.findEdge("ACTED_IN", 1, 2).orElseThrow().properties())
            .isEqualTo(Map.of("since", 1999L));
      }
    }
  }

  @Test
  void import_ofYEd_passesOverDrawings() throws IOException {
    Path file =
        file(
            """
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns"
                xmlns:y="http://www.yworks.com/xml/graphml">
            <key attr.name="Description" attr.type="string" for="graph" id="d0"/>
            <key for="port" id="d1" yfiles.type="portgraphics"/>
            <key attr.name="url" attr.type="string" for="node" id="d4"/>
            <key for="node" id="d6" yfiles.type="nodegraphics"/>
            <key for="graphml" id="d7" yfiles.type="resources"/>
            <graph edgedefault="directed" id="G"><data key="d0" xml:space="preserve"/>
            <node id="n0"><data key="d4">u</data><data key="d6"><y:ShapeNode><y:Geometry/>
              <y:NodeLabel>text</y:NodeLabel></y:ShapeNode></data></node>
            </graph><data key="d7"><y:Resources/></data></graphml>
            """);
    try (Graph graph = Graph.inMemory()) {
      GraphMlImport.into(graph).run(file);

      assertThat(graph.<Map<String, Object>>read(tx -> tx.node(1).properties()))
          .isEqualTo(Map.of("url", "u"));
    }
  }

  @Test
  void import_undirectedEdges_areTakenAsWrittenIfSaid() throws IOException {
    Path file =
        file(
            HEAD
                + "<graph edgedefault='undirected'><node id='1'/><node id='2'/>\n"
                + "<edge source='2' target='1'/><edge source='2' target='1'/></graph></graphml>");
    try (Graph graph = Graph.inMemory()) {
      GraphMlImport read = GraphMlImport.into(graph).type("LINK").edges(Multiplicity.SIMPLE);
      assertThatThrownBy(() -> read.run(file))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("undirected")
          .hasMessageContaining("line=3");
      assertThat(nodeCount(graph)).isZero();

      var summary = read.undirectedAsWritten().run(file);

      assertThat(summary.edges()).isOne();
      assertThat(summary.duplicates()).isOne();
      assertThat(graph.<Boolean>read(tx -> tx.hasEdge("LINK", 2, 1))).isTrue();
    }
  }

  @Test
  void import_typeThatIsThere_staysWhatItIs() throws IOException {
    Path parallel =
        file(
            GRAPH
                + "<node id='1'/><edge source='1' target='1'/><edge source='1' target='1'/>"
                + END);
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> tx.declareEdgeType("EDGE", Multiplicity.SIMPLE));

      assertThat(GraphMlImport.into(graph).run(parallel).duplicates()).isOne();
      assertThatThrownBy(
              () -> GraphMlImport.into(graph).edges("EDGE", Multiplicity.MULTI).run(parallel))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(nodeCount(graph)).isOne();
    }
  }

  static Stream<Arguments> hostileFiles() {
    return Stream.of(
        arguments("", "line=1", "end of file"),
        arguments("words", "line=1", "prolog"),
        arguments("<gexf/>", "line=1", "root=gexf"),
        arguments(HEAD + "</graphml>", "line=2", "no graph"),
        arguments(GRAPH + "<node id='1'>", "line=3", "must start and end"),
        arguments("<!DOCTYPE g [<!ENTITY a 'x'>]>\n" + GRAPH + END, "line=1", "document type"),
        arguments(
            "<!DOCTYPE graphml SYSTEM 'http://h/g.dtd'>\n" + GRAPH + END, "", "document type"),
        arguments(GRAPH + "<node id='&x;'/>" + END, "line=3", "\"x\""),
        arguments(GRAPH + "<node/>" + END, "line=3", "attribute=id"),
        arguments(GRAPH + "<node id='1'/>\n<node id='1'/>" + END, "line=4", "key=1"),
        arguments(GRAPH + "<edge source='1' target='2'/>" + END, "line=3", "key=1"),
        arguments(GRAPH + "<hyperedge/>" + END, "line=3", "hyperedge"),
        arguments(GRAPH + "<node id='1'><graph/></node>" + END, "line=3", "holds a graph"),
        arguments(GRAPH + "</graph>\n<graph/></graphml>", "line=4", "more than one"),
        arguments(HEAD + "<node id='1'/></graphml>", "line=2", "in no graph"),
        arguments(GRAPH + "<nodes/>" + END, "line=3", "element=nodes"),
        arguments(GRAPH + "<node id='1'><data key='k'/></node>" + END, "line=3", "key=k"),
        arguments(HEAD + "<key id='k' for='nodes'/>", "line=2", "for=nodes"),
        arguments(HEAD + "<key id='k' attr.name='k' attr.type='point'/>", "line=2", "type=point"),
        arguments(HEAD + "<key id='k'/>\n<key id='k' for='edge'/>", "line=3", "twice"),
        arguments(
            HEAD + "<key id='k' attr.name='k' attr.type='int'><default>x</default></key>",
            "line=2",
            "no long"),
        arguments(withKey("<data key='k'>x</data>"), "line=4", "data is no long key=age text=x"),
        arguments(withKey("<data key='k'>1</data><data key='k'>1</data>"), "line=4", "twice"),
        arguments(withKey("<data key='k'>1</data><data key='j'>1</data>"), "line=4", "twice"),
        arguments(withKey("<data key='k'><b>1</b></data>"), "line=4", "element=b"),
        arguments(withKey("<data key='k'>1<!-- --></data><x/>"), "line=4", "element=x"),
        arguments(GRAPH + "<node id='1'><desc>" + "<a>".repeat(99), "line=3", "too deep"),
        arguments(
            GRAPH + "<node id='1'/><edge source='1' target='1' directed='x'/>" + END, "", "x"),
        arguments("<?xml version='1.0' encoding='UTF-99'?>" + GRAPH + END, "line=1", "UTF-99"),
        arguments(GRAPH + "<node id='\u0001'/>" + END, "line=3", "0x1"));
  }

  private static String withKey(String data) {
    return HEAD
        + "<key id='k' attr.name='age' attr.type='int'/><key id='j' attr.name='age'/>\n"
        + "<graph>\n<node id='1'>"
        + data
        + "</node>"
        + END;
  }

  @ParameterizedTest
  @MethodSource("hostileFiles")
  void import_hostileFile_namesThePlaceAndLoadsNothing(String text, String line, String message)
      throws IOException {
    Path file = file(text);
    try (Graph graph = Graph.inMemory()) {
      assertThatThrownBy(() -> GraphMlImport.into(graph).run(file))
          .isInstanceOf(ImportException.class)
          .hasMessageContaining("file=graph.graphml")
          .hasMessageContaining(line)
          .hasMessageContaining("column=")
          .hasMessageContaining(message);

      assertThat(nodeCount(graph)).isZero();
      assertThat(graph.read(ReadTransaction::edgeTypes)).isEmpty();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void import_entitiesThatGrowOrFetch_areRefusedAtOnce() throws IOException {
    StringBuilder bomb = new StringBuilder("<!DOCTYPE graphml [\n<!ENTITY a0 'lol'>\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("<!ENTITY a%d '%s'>\n".formatted(i, ("&a" + (i - 1) + ";").repeat(10)));
    }
    Path secret = Files.writeString(directory.resolve("secret"), "<node id='secret'/>");
    String fetch = "<!DOCTYPE graphml [<!ENTITY f SYSTEM '" + secret.toUri() + "'>]>\n";
    for (String text :
        List.of(bomb + "]>\n" + GRAPH + "<node id='&a29;'/>" + END, fetch + GRAPH + "&f;" + END)) {
      Path file = file(text);
      try (Graph graph = Graph.inMemory()) {
        assertThatThrownBy(() -> GraphMlImport.into(graph).run(file))
            .isInstanceOf(ImportException.class)
            .hasMessageContaining("document type");
        assertThat(nodeCount(graph)).isZero();
      }
    }
  }

  @Test
  void import_cutOrDamagedFile_endsWithAnExceptionOrAGraph() throws IOException {
    byte[] good = small();
    try (HostileBytes bytes =
        new HostileBytes(
            directory.resolve("bytes.graphml"),
            (graph, file, options) -> GraphMlImport.into(graph).run(file, options))) {
      for (int length = 0; length < good.length; length++) {
        assertThat(bytes.isGraph(Arrays.copyOf(good, length)))
            .as("length=" + length)
            .isEqualTo(length == good.length - 1);
      }
      assertThat(bytes.graphsAmongDamaged(300, good, LIKELY)).isPositive();
    }
  }

  @Tag("long")
  @Test
  void import_manyDamagedFiles_endWithAnExceptionOrAGraph() throws IOException {
    byte[] good = small();
    try (HostileBytes bytes =
        new HostileBytes(
            directory.resolve("bytes.graphml"),
            (graph, file, options) -> GraphMlImport.into(graph).run(file, options))) {
      assertThat(bytes.graphsAmongDamaged(20_000, good, LIKELY)).isPositive();
    }
  }

  private byte[] small() throws IOException {
    Path file = directory.resolve("small.graphml");
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> {
        tx.declareEdgeType("KNOWS", Multiplicity.MULTI);
        long ann = tx.addNode("Person", Map.of("name", "Ann \u00E4", "born", 1980L));
        long bob = tx.addNode("", Map.of("when", java.time.LocalDate.of(2000, 1, 1)));
        tx.addEdge("KNOWS", ann, bob, Map.of("weight", 0.5, "tags", List.of("a", "b")));
      });
      try (ReadTransaction tx = graph.beginRead()) {
        GraphMlExport.write(tx, file);
      }
    }
    return Files.readString(file).getBytes(StandardCharsets.UTF_8);
  }
}
