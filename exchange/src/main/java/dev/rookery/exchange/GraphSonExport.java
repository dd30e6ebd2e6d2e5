package dev.rookery.exchange;

import dev.rookery.exchange.graphson.GraphSonWriter;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/// Exports a snapshot, or a part of it, as a GraphSON 3 file, an object on a line for each node
/// with its edges of both directions, as TinkerPop's `io(…).read()` takes it, and [GraphSonImport]
/// too. Node ids are the ids; the imported graph numbers its nodes anew, in the same order.
///
/// Values have types of GraphSON 3, those of dates, times, durations and bytes its extended ones
/// (`gx:`), which TinkerPop reads where its mapper has them (`addDefaultXModule(true)`). A node
/// without label has the label `vertex`, as TinkerPop calls it, and a mark that tells
/// [GraphSonImport] so.
///
/// GraphSON has no place for edge types: whether they have parallel edges is to be said to
/// [GraphSonImport#edges(String, dev.rookery.graph.Multiplicity)], and a type without edges is not
/// written. Values of more than 16 Mi characters in one node or edge, where each value counts 32
/// more, are an [ExportException]. O(graph), each edge twice; memory for one node without its
/// edges.
public final class GraphSonExport {
  private GraphSonExport() {}

  /// Writes what a transaction sees into a file.
  ///
  /// @throws ExportException if GraphSON cannot hold it; there is no file then
  /// @throws java.nio.file.FileAlreadyExistsException if the file is there
  /// @throws IOException if it cannot be written
  public static void write(ReadTransaction tx, Path file) throws IOException {
    write(tx, _ -> true, _ -> true, file);
  }

  /// Writes a part of what a transaction sees.
  ///
  /// @param nodes whether a node is in the part
  /// @param edges whether an edge is, both of whose nodes must be in the part, else the file cannot
  ///   be imported; asked twice
  /// @throws ExportException if GraphSON cannot hold it; there is no file then
  /// @throws java.nio.file.FileAlreadyExistsException if the file is there
  /// @throws IOException if it cannot be written
  public static void write(
      ReadTransaction tx, Predicate<Node> nodes, Predicate<Edge> edges, Path file)
      throws IOException {
    WholeFile.write(
        file,
        out -> {
          GraphSonWriter json = new GraphSonWriter(tx, edges, out);
          for (Node node : tx.nodes()) {
            if (nodes.test(node)) {
              json.write(node);
            }
          }
        });
  }
}
