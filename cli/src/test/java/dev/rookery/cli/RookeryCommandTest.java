package dev.rookery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Graph;
import dev.rookery.graph.index.IndexDefinition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RookeryCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      RookeryCommand.commandLine()
          .setOut(new PrintWriter(out, true))
          .setErr(new PrintWriter(err, true));

  @Test
  void version_asked_isPrinted() {
    assertThat(command.execute("--version")).isZero();
    assertThat(out.toString()).startsWith("rookery ").doesNotContain("${");
  }

  @Test
  void help_asked_isPrinted() {
    assertThat(command.execute("--help")).isZero();
    assertThat(out.toString()).contains("Usage: rookery");
  }

  @Test
  void noCommand_given_explainsAndFails() {
    assertThat(command.execute()).isEqualTo(2);
    assertThat(err.toString()).contains("which command?").contains("Usage: rookery");
  }

  @Test
  void wrongCommand_given_fails() {
    assertThat(command.execute("no-such-command")).isEqualTo(2);
  }

  @Test
  void stats_ofADatabase_countNodesAndEdges(@TempDir Path directory) {
    fill(directory);
    try (Graph graph = Graph.open(directory)) {
      graph.createIndex(IndexDefinition.unique("Person", "name"));
      graph.createIndex(IndexDefinition.on("Person", "born", "name"));
    }

    assertThat(command.execute("stats", directory.toString())).isZero();

    assertThat(out.toString())
        .containsPattern("nodes +2\n")
        .containsPattern("edges +1\n")
        .containsPattern("KNOWS +1\n")
        .contains("labels         Person")
        .contains("unique index   Person(name): ready, 2 nodes")
        .contains("index          Person(born, name): ready, 0 nodes");
  }

  @Test
  void run_overAGeneratedGraph_printsWhatItCosts(@TempDir Path directory) {
    String graph = directory.resolve("graph").toString();
    assertThat(command.execute("generate", graph, "--scale", "10", "--memory", "16")).isZero();
    assertThat(out.toString()).containsPattern("nodes +1,024\n");

    assertThat(command.execute("run", "components", graph, "--pages", "staged")).isZero();
    assertThat(command.execute("run", "components", graph, "--plain")).isZero();
    assertThat(command.execute("run", "bfs", graph, "--workers", "1", "--start", "5")).isZero();

    assertThat(out.toString())
        .containsPattern("(?s)components +([0-9,]+)\n.*components +\\1\n")
        .containsPattern("staged reads +[1-9]")
        .containsPattern("reached +[0-9,]+ nodes");
    assertThat(command.execute("run", "bfs", graph, "--start", "5000")).isEqualTo(1);
    assertThat(command.execute("run", "bfs", graph, "--memory", "0")).isEqualTo(2);
    assertThat(command.execute("generate", graph, "--scale", "99")).isEqualTo(2);
  }

  @Test
  void check_ofAGoodDatabase_findsNothing(@TempDir Path directory) {
    fill(directory);

    assertThat(command.execute("check", directory.toString())).isZero();

    assertThat(out.toString()).isEqualTo("no problems\n");
  }

  @Test
  void check_ofADamagedDatabase_namesThePage(@TempDir Path directory) throws IOException {
    fill(directory);
    Path file = directory.resolve("data.rkd");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 100] ^= 1;
    Files.write(file, bytes);

    assertThat(command.execute("check", directory.toString())).isEqualTo(1);

    assertThat(out.toString() + err).contains("checksum");
  }

  @Test
  void import_ofWhatExportWrote_makesAnEqualDatabase(@TempDir Path directory) {
    Path first = directory.resolve("first");
    fill(first);
    Path files = directory.resolve("files");
    Path second = directory.resolve("second");

    assertThat(command.execute("export", first.toString(), files.toString())).isZero();
    assertThat(command.execute("import", second.toString(), "--directory", files.toString()))
        .isZero();

    assertThat(out.toString()).contains("2 nodes, 1 edges").containsPattern("edges +1\n");
    assertThat(command.execute("check", second.toString())).isZero();
    assertThat(command.execute("export", first.toString(), files.toString())).isEqualTo(1);
  }

  @Test
  void import_ofOneFileOfEachFormat_makesAnEqualDatabase(@TempDir Path directory)
      throws IOException {
    String first = directory.resolve("first").toString();
    fill(directory.resolve("first"));
    for (String name : List.of("a.graphml", "b.xml", "c.json", "d.jsonl", "e.GraphSON")) {
      String file = directory.resolve(name).toString();
      String second = directory.resolve("from " + name).toString();

      assertThat(command.execute("export", first, file)).isZero();
      assertThat(command.execute("import", second, "--file", file)).isZero();

      assertThat(command.execute("check", second)).isZero();
      assertThat(out.toString()).contains("2 nodes, 1 edges").containsPattern("edges +1\n");
      try (Graph graph = Graph.open(Path.of(second))) {
        graph.read(tx -> {
          assertThat(tx.node(1).getString("name")).isEqualTo("Ada");
          return assertThat(tx.hasEdge("KNOWS", 1, 2)).isTrue();
        });
      }
      assertThat(command.execute("export", first, file)).isEqualTo(1);
    }
    String odd = directory.resolve("odd").toString();
    assertThat(command.execute("export", first, odd, "--format", "graphml")).isZero();
    assertThat(Files.readString(Path.of(odd))).contains("<graphml");
    String third = directory.resolve("third").toString();
    assertThat(command.execute("import", third, "--file", odd, "--format", "graphml")).isZero();
  }

  @Test
  void export_ofLabelsAndTypes_writesThatPart(@TempDir Path directory) {
    Path database = directory.resolve("database");
    try (Graph graph = Graph.open(database)) {
      graph.execute(tx -> {
        long city = tx.addNode("City");
        long ada = tx.addNode("Person", Map.of("name", "Ada"));
        long bob = tx.addNode("Person", Map.of("name", "Bob"));
        long unnamed = tx.addNode();
        tx.addEdge("KNOWS", ada, bob);
        tx.addEdge("LIKES", bob, ada);
        tx.addEdge("LIVES_IN", ada, city);
        tx.addEdge("KNOWS", bob, unnamed);
      });
    }
    for (String name : List.of("a.graphml", "b.json", "csv")) {
      String file = directory.resolve(name).toString();
      String copy = directory.resolve("copy of " + name).toString();
      String option = name.equals("csv") ? "--directory" : "--file";

      assertThat(
              command.execute(
                  "export", database.toString(), file, "--label", "Person", "--type", "KNOWS"))
          .isZero();
      assertThat(command.execute("import", copy, option, file)).isZero();

      assertThat(out.toString()).contains("2 nodes, 1 edges");
      try (Graph graph = Graph.open(Path.of(copy))) {
        graph.read(tx -> {
          assertThat(tx.nodeCount()).isEqualTo(2);
          assertThat(tx.edgeTypes()).containsExactly("KNOWS");
          return assertThat(tx.hasEdge("KNOWS", 1, 2)).isTrue();
        });
      }
    }
    String typed = directory.resolve("typed.json").toString();
    assertThat(
            command.execute(
                "export", database.toString(), typed, "--type", "KNOWS", "--type", "LIKES"))
        .isZero();
    assertThat(out.toString()).contains("4 nodes, 3 edges");
    assertThat(command.execute("export", database.toString(), "x", "--label", "Peron"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("no such label name=Peron");
  }

  @Test
  void import_withFilesOfTheWrongKind_isExplained(@TempDir Path directory) throws IOException {
    String database = directory.resolve("database").toString();
    String xml = Files.writeString(directory.resolve("a.graphml"), "<graphml>").toString();

    assertThat(command.execute("import", database, "--file", xml, "--nodes", xml)).isEqualTo(2);
    assertThat(command.execute("import", database, "--file", "a.txt")).isEqualTo(2);
    assertThat(command.execute("import", database, "--nodes", xml, "--format", "graphson"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("one --file").contains("format=graphson");
    assertThat(directory.resolve("database")).doesNotExist();
    assertThat(command.execute("export", database, "a", "--format", "edges")).isEqualTo(2);
    assertThat(command.execute("import", database, "--file", xml)).isEqualTo(1);
    assertThat(err.toString()).contains("file=a.graphml line=1 column=10");
  }

  @Test
  void import_ofUndirectedEdgesAndMetaProperties_asksWhatToDo(@TempDir Path directory)
      throws IOException {
    String database = directory.resolve("database").toString();
    String xml =
        Files.writeString(
                directory.resolve("a.graphml"),
                "<graphml><graph edgedefault='undirected'><node id='a'/><edge source='a'"
                    + " target='a'/><edge source='a' target='a'/></graph></graphml>")
            .toString();
    String json =
        Files.writeString(
                directory.resolve("a.json"),
                "{\"id\":1,\"properties\":{\"a\":[{\"value\":1,\"properties\":{\"b\":2}}]}}")
            .toString();

    assertThat(command.execute("import", database, "--file", xml)).isEqualTo(1);
    assertThat(command.execute("import", database, "--file", json)).isEqualTo(1);
    assertThat(err.toString()).contains("undirected").contains("metaKey=b");
    assertThat(command.execute("import", database, "--file", xml, "--undirected", "--simple"))
        .isZero();
    assertThat(command.execute("import", database, "--file", json, "--drop-meta-properties"))
        .isZero();
    assertThat(out.toString()).containsPattern("duplicates +1 not added");
  }

  @Test
  void import_ofABadFile_namesTheLineAndLoadsNothing(@TempDir Path directory) throws IOException {
    Path list = directory.resolve("graph.e");
    Files.writeString(list, "# a comment\n1 2\n2 x\n");
    String database = directory.resolve("database").toString();
    String[] arguments = {"import", database, "--format", "edges", "--edges", list.toString()};

    assertThat(command.execute(arguments)).isEqualTo(1);

    assertThat(err.toString()).startsWith("rookery: ").contains("line=3").hasLineCount(1);
    Files.writeString(list, "1 2\n2 3 0.5\n1 2\n");
    assertThat(command.execute(arguments)).isZero();
    assertThat(out.toString()).containsPattern("nodes +3\n").containsPattern("duplicates +1 ");
  }

  @Test
  void import_withoutFiles_isExplained(@TempDir Path directory) {
    assertThat(command.execute("import", directory.toString())).isEqualTo(2);
    assertThat(command.execute("import", "--help")).isZero();
    assertThat(out.toString()).contains("--nodes").contains("Examples:");
  }

  @Test
  void stats_ofNothing_failsInOneLine(@TempDir Path directory) {
    assertThat(command.execute("stats", directory.toString())).isEqualTo(1);

    assertThat(err.toString()).startsWith("rookery: ").hasLineCount(1);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void demo_askedForHelp_printsIt() {
    assertThat(command.execute("demo", "--help")).isZero();
  }

  @Test
  void backup_verifyAndRestore_giveTheDatabaseBack(@TempDir Path directory) {
    String database = directory.resolve("database").toString();
    String backups = directory.resolve("backups").toString();
    String restored = directory.resolve("restored").toString();
    fill(directory.resolve("database"));

    assertThat(command.execute("backup", database, backups)).isZero();
    fill(directory.resolve("database"));
    assertThat(command.execute("backup", database, backups)).isZero();
    assertThat(command.execute("verify", backups)).isZero();
    assertThat(command.execute("restore", backups, restored)).isZero();
    assertThat(command.execute("check", restored)).isZero();
    assertThat(command.execute("stats", restored)).isZero();

    assertThat(out.toString())
        .contains("(full)")
        .contains("(since commit ")
        .contains("no problems")
        .containsPattern("nodes +4\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void reorganize_ofADatabase_keepsIt(@TempDir Path directory) {
    fill(directory);

    for (String order : List.of("breadth-first", "communities", "degree", "unchanged")) {
      assertThat(command.execute("reorganize", directory.toString(), "--order", order)).isZero();
    }
    assertThat(command.execute("check", directory.toString())).isZero();
    assertThat(command.execute("stats", directory.toString())).isZero();

    assertThat(out.toString())
        .containsPattern("pages after +[0-9]+\n")
        .contains("no problems")
        .containsPattern("nodes +2\n");
    assertThat(command.execute("reorganize", directory.toString(), "--order", "by-size"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("no such order order=by-size");
  }

  @Test
  void restore_thatCannotBe_saysWhy(@TempDir Path directory) throws IOException {
    fill(directory.resolve("database"));
    Path backups = directory.resolve("backups");
    command.execute("backup", directory.resolve("database").toString(), backups.toString());

    assertThat(command.execute("restore", backups.toString(), backups.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("not empty");
    Files.write(backups.resolve("backup-0000000000000009.rkb"), new byte[200]);
    assertThat(command.execute("verify", backups.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("rookery: not a backup archive");
    assertThat(command.execute("verify", directory.resolve("absent").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("there is no backup");
  }

  private static void fill(Path directory) {
    try (Graph graph = Graph.open(directory)) {
      graph.execute(tx -> {
        long ada = tx.addNode("Person", Map.of("name", "Ada"));
        tx.addEdge("KNOWS", ada, tx.addNode("Person", Map.of("name", "Charles")));
      });
    }
  }
}
