package dev.rookery.examples;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.traversal.Traversal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// The first steps: people who know each other, and the friends of a friend.
public final class HelloGraph {

  private HelloGraph() {}

  /// Writes the database into the directory that is named, or into `people`.
  public static void main(String[] args) {
    run(Path.of(args.length == 0 ? "people" : args[0]), System.out);
  }

  /// Writes a small graph into a directory, opens it again and prints what it finds.
  static void run(Path directory, PrintStream out) {
    // tag::hello[]
    long ada;
    try (Graph graph = Graph.open(directory);
        WriteTransaction tx = graph.beginWrite()) {
      ada = tx.addNode("Person", Map.of("name", "Ada", "born", 1815));
      long charles = tx.addNode("Person", Map.of("name", "Charles", "born", 1791));
      long mary = tx.addNode("Person", Map.of("name", "Mary", "born", 1780));
      tx.addEdge("KNOWS", ada, charles, Map.of("since", 1833));
      tx.addEdge("KNOWS", charles, mary, Map.of("since", 1828));
      tx.commit();
    }

    Traversal friendsOfFriends = Traversal.from(ada).out("KNOWS").minDepth(2).maxDepth(2);
    try (Graph graph = Graph.open(directory);
        ReadTransaction tx = graph.beginRead()) {
      for (Node person : friendsOfFriends.nodes(tx)) {
        out.println(person.getString("name") + ", born " + person.getLong("born"));
      }
    }
    // end::hello[]
  }
}
