package dev.rookery.exchange;

import dev.rookery.exchange.graphml.GraphMlWriter;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Exports a snapshot, or a part of it, as a GraphML file that [GraphMlImport] makes an equal graph
/// of, and that other programs read too. Node ids are the ids; the imported graph numbers its nodes
/// anew, in the same order.
///
/// Label and type are `labelV` and `labelE`, as TinkerPop has them. Booleans, longs, doubles and
/// strings have their types of GraphML. Values that GraphML has no type for, and texts that XML
/// cannot hold (control characters, halves of surrogate pairs), are strings as in the columns of
/// [CsvExport]; an attribute `rookery:type` of their key says what they are, which other programs
/// pass over. Edge types are data of the graph, so that those with parallel edges and those without
/// edges come back as they were.
///
/// A name with a control character, or values of one element of more than 16 Mi characters, is an
/// [ExportException]. O(graph), read twice; memory for the names of keys and one element.
public final class GraphMlExport {
  private GraphMlExport() {}

  /// Writes what a transaction sees into a file.
  ///
  /// @throws ExportException if XML cannot hold it; there is no file then
  /// @throws java.nio.file.FileAlreadyExistsException if the file is there
  /// @throws IOException if it cannot be written
  public static void write(ReadTransaction tx, Path file) throws IOException {
    List<String> types = tx.edgeTypes();
    WholeFile.write(
        file,
        out -> {
          GraphMlWriter xml = new GraphMlWriter();
          types.forEach(type -> xml.foresee(type, tx.multiplicity(type)));
          tx.nodes().forEach(xml::foresee);
          for (String type : types) {
            tx.edges(type).forEach(xml::foresee);
          }
          xml.begin(out);
          for (Node node : tx.nodes()) {
            xml.write(out, node);
          }
          for (String type : types) {
            for (Edge edge : tx.edges(type)) {
              xml.write(out, edge);
            }
          }
          xml.end(out);
        });
  }

  /// Writes a part of what a transaction sees, such as a subgraph: its nodes and its edges, and
  /// those edge types that it has edges of.
  ///
  /// @param nodes each once; iterated over twice
  /// @param edges each once, all between these nodes, else the file cannot be imported; iterated
  ///   over twice
  /// @throws ExportException if XML cannot hold it; there is no file then
  /// @throws java.nio.file.FileAlreadyExistsException if the file is there
  /// @throws IOException if it cannot be written
  public static void write(
      ReadTransaction tx, Iterable<Node> nodes, Iterable<Edge> edges, Path file)
      throws IOException {
    WholeFile.write(
        file,
        out -> {
          GraphMlWriter xml = new GraphMlWriter();
          nodes.forEach(xml::foresee);
          for (Edge edge : edges) {
            xml.foresee(edge.type(), tx.multiplicity(edge.type()));
            xml.foresee(edge);
          }
          xml.begin(out);
          for (Node node : nodes) {
            xml.write(out, node);
          }
          for (Edge edge : edges) {
            xml.write(out, edge);
          }
          xml.end(out);
        });
  }
}
