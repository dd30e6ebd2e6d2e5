package dev.rookery.traversal;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.ModelGraph.Link;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// A traversal as its Javadoc describes it, by lists of nodes and links, with no thought of speed
/// or memory.
///
/// Of the store it knows the order of places, of edge types and of parallel edges only.
final class ReferenceWalk {
  private final ModelGraph model;
  private final WalkCase description;
  private final List<String> types = new ArrayList<>();
  private final Map<Integer, Long> places = new HashMap<>();
  private final Map<Integer, Integer> ordinals = new HashMap<>();
  private final Set<Integer> seen = new HashSet<>();
  private final List<Way> returned = new ArrayList<>();

  private ReferenceWalk(ModelGraph model, StoredGraph stored, WalkCase description) {
    this.model = model;
    this.description = description;
    PhysicalGraph physical = PhysicalGraph.of(stored.tx());
    for (int type = 1; type <= physical.typeCount(); type++) {
      types.add(physical.typeName(type));
    }
    for (int node = 0; node < model.nodeCount(); node++) {
      places.put(node, physical.slotOf(stored.id(node)));
      for (Edge edge : stored.tx().edges(stored.id(node), Direction.OUT)) {
        ordinals.put((int) edge.getLong("number"), edge.ordinal());
      }
    }
  }

  /// Returns the ways to all nodes that are returned, in order.
  static List<Way> run(ModelGraph model, StoredGraph stored, WalkCase description) {
    ReferenceWalk walk = new ReferenceWalk(model, stored, description);
    Set<Integer> starts = new LinkedHashSet<>();
    for (int start : description.starts()) {
      starts.add(start);
    }
    walk.seen.addAll(starts);
    if (description.depthFirst()) {
      starts.forEach(start -> walk.goDeep(Way.at(start)));
    } else {
      walk.goWide(starts);
    }
    return walk.returned;
  }

  /// Returns the ways to all nodes that a walk over regions returns, in the order of depths and
  /// places.
  static List<Way> runByLevels(ModelGraph model, StoredGraph stored, WalkCase description) {
    ReferenceWalk walk = new ReferenceWalk(model, stored, description);
    SortedMap<Long, Way> level = new TreeMap<>();
    for (int start : description.starts()) {
      level.put(walk.place(start), Way.at(start));
    }
    while (!level.isEmpty()) {
      level = walk.nextLevel(level);
    }
    return walk.returned;
  }

  /// Takes the ways to a level by places and returns those to the next.
  private SortedMap<Long, Way> nextLevel(SortedMap<Long, Way> level) {
    level.values().forEach(way -> seen.add(way.end()));
    SortedMap<Long, Way> next = new TreeMap<>();
    for (Way way : level.values()) {
      if (returnAndContinue(way)) {
        for (Link link : linksOf(way.end())) {
          int node = link.other(way.end());
          if (!seen.contains(node) && description.passesLink(link.number())) {
            next.putIfAbsent(place(node), way.and(link.number(), node));
          }
        }
      }
    }
    return next;
  }

  private long place(int node) {
    return Objects.requireNonNull(places.get(node));
  }

  private void goDeep(Way way) {
    if (returnAndContinue(way)) {
      for (Link link : linksOf(way.end())) {
        if (admits(way, link)) {
          goDeep(way.and(link.number(), link.other(way.end())));
        }
      }
    }
  }

  private void goWide(Set<Integer> starts) {
    Deque<Way> queue = new ArrayDeque<>();
    for (int start : starts) {
      if (returnAndContinue(Way.at(start))) {
        queue.add(Way.at(start));
      }
    }
    while (!queue.isEmpty()) {
      Way way = queue.remove();
      for (Link link : linksOf(way.end())) {
        if (admits(way, link)) {
          Way longer = way.and(link.number(), link.other(way.end()));
          if (returnAndContinue(longer)) {
            queue.add(longer);
          }
        }
      }
    }
  }

  private boolean admits(Way way, Link link) {
    int node = link.other(way.end());
    boolean unique =
        switch (description.uniqueness()) {
          case NODE -> !seen.contains(node);
          case PATH -> !way.nodes().contains(node);
          case TRAIL -> !way.links().contains(link.number());
          case NONE -> true;
        };
    if (unique && description.passesLink(link.number())) {
      seen.add(node);
      return true;
    }
    return false;
  }

  private boolean returnAndContinue(Way way) {
    if (!description.passesNode(way.end())) {
      return false;
    }
    Verdict verdict =
        description.verdict(way.end(), way.depth(), way.depth() == 0 ? -1 : way.links().getLast());
    if (verdict.includes() && way.depth() >= description.minDepth()) {
      returned.add(way);
    }
    return verdict.continues() && way.depth() < description.maxDepth();
  }

  /// Returns the links of a node in adjacency order, each once.
  private Set<Link> linksOf(int node) {
    Set<Link> result = new LinkedHashSet<>();
    for (WalkCase.Leg leg : description.legs()) {
      for (String type : leg.types().isEmpty() ? types : leg.types()) {
        if (leg.direction() != Direction.IN) {
          result.addAll(links(type, node, true));
        }
        if (leg.direction() != Direction.OUT) {
          result.addAll(links(type, node, false));
        }
      }
    }
    return result;
  }

  private List<Link> links(String type, int node, boolean out) {
    return model.links().stream()
        .filter(link -> link.type().equals(type))
        .filter(link -> (out ? link.source() : link.target()) == node)
        .sorted(
            Comparator.comparing((Link link) -> places.get(link.other(node)))
                .thenComparing(link -> ordinals.get(link.number())))
        .toList();
  }
}
