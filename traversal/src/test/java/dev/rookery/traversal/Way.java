package dev.rookery.traversal;

import java.util.ArrayList;
import java.util.List;

/// A path in terms of the model: nodes, and the numbers of the links between them.
record Way(List<Integer> nodes, List<Integer> links) {
  static Way at(int start) {
    return new Way(List.of(start), List.of());
  }

  Way and(int link, int node) {
    List<Integer> moreNodes = new ArrayList<>(nodes);
    moreNodes.add(node);
    List<Integer> moreLinks = new ArrayList<>(links);
    moreLinks.add(link);
    return new Way(moreNodes, moreLinks);
  }

  int end() {
    return nodes.getLast();
  }

  int depth() {
    return links.size();
  }
}
