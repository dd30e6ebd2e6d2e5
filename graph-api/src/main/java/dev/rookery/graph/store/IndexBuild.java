package dev.rookery.graph.store;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.store.IndexEntries.Entry;
import dev.rookery.storage.page.PageWriter;
import java.util.Optional;

/// Defines, builds and drops indexes in a write transaction.
///
/// An index that is being built is entered by every change of a node, and refuses what it sees to
/// be a second node with one value. A build looks at the nodes of before by their ids, some in each
/// transaction, and enters what is missing: as it is then, so it does not matter whether somebody
/// has changed it meanwhile. How far it has looked is stored, so it goes on after a crash. By ids,
/// because they stay when nodes move.
public final class IndexBuild {
  /// Nodes of a label up to which its index is built where it is defined.
  public static final long AT_ONCE_MAX = 2_000;

  /// How many ids one transaction of a build looks at.
  public static final int STEP_IDS = 8_192;

  /// How many entries one transaction of a build makes at most.
  private static final int STEP_ENTRIES = 2_000;

  private final GraphEdit graph;
  private final PageWriter pages;
  private final IndexEdit entries;
  private final PropertyBytes properties = new PropertyBytes();

  IndexBuild(GraphEdit graph, PageWriter pages, IndexEdit entries) {
    this.graph = graph;
    this.pages = pages;
    this.entries = entries;
  }

  /// Defines an index, or returns the one that is there. One that has failed is begun anew.
  ///
  /// @param atOnceMax if no more nodes have the label, it is built at once
  /// @throws IllegalArgumentException if there is one on the same that differs in being unique
  public IndexStatus create(IndexDefinition definition, long atOnceMax) {
    StoredIndex present = graph.catalog().find(definition);
    if (present != null && present.isUnique() != definition.unique()) {
      throw new IllegalArgumentException(
          "index exists index=%s unique=%s".formatted(definition, present.isUnique()));
    }
    if (present != null && present.state() != IndexState.FAILED) {
      return info(present);
    }
    graph.checkLabel(definition.label());
    definition.keys().forEach(PropertyEncoder::checkKey);
    int[] keyNumbers = definition.keys().stream().mapToInt(graph::keyNumberOrNew).toArray();
    return graph.changeCatalog(() -> {
      if (present != null) {
        IndexTable.remove(pages, present);
      }
      StoredIndex index = define(definition, keyNumbers);
      IndexTable.write(pages, index, 1);
      return info(graph.labelSize(index.labelNumber()) <= atOnceMax ? buildWhole(index) : index);
    });
  }

  private StoredIndex define(IndexDefinition definition, int[] keyNumbers) {
    int label = graph.labelNumberOrNew(definition.label());
    return new StoredIndex(
        IndexTable.takeNumber(pages),
        definition,
        label,
        keyNumbers,
        IndexState.BUILDING,
        IndexEntries.create(pages),
        "");
  }

  private StoredIndex buildWhole(StoredIndex index) {
    LabelCursor cursor = graph.slotsOf(index.labelNumber());
    while (cursor.next()) {
      StoredIndex after = enter(index, graph.nodeOf(cursor.slot()), cursor.slot());
      if (after.state() == IndexState.FAILED) {
        return after;
      }
    }
    return finish(index);
  }

  private StoredIndex finish(StoredIndex index) {
    StoredIndex ready = index.with(IndexState.READY, index.rootPage(), "");
    IndexTable.write(pages, ready, 0);
    return ready;
  }

  /// Enters a node, and returns the index, which may have failed by that.
  private StoredIndex enter(StoredIndex index, long node, long slot) {
    graph.nodeProperties(slot, properties);
    Entry entry = entries.entryOf(index, node, properties);
    if (entry == null) {
      return index;
    }
    long existing = entries.otherNodeWith(entry, properties);
    if (existing == 0) {
      entry.put(pages);
      return index;
    }
    index.tree().drop(pages);
    String reason = "two nodes have the same values node=%d otherNode=%d".formatted(existing, node);
    StoredIndex failed = index.with(IndexState.FAILED, 0, reason);
    IndexTable.write(pages, failed, 0);
    return failed;
  }

  /// Takes the build of an index a step further, if it is being built.
  ///
  /// @param idCountMax how many ids to look at
  /// @return how the index is then; nothing if there is none
  public Optional<IndexStatus> step(IndexDefinition definition, int idCountMax) {
    StoredIndex index = graph.catalog().find(definition);
    if (index == null) {
      return Optional.empty();
    }
    if (index.state() != IndexState.BUILDING) {
      return Optional.of(info(index));
    }
    return Optional.of(graph.changeCatalog(() -> info(look(index, idCountMax))));
  }

  private StoredIndex look(StoredIndex index, int idCountMax) {
    long next = IndexTable.nextNode(pages, index);
    long end = GraphRoot.getLong(pages, GraphRoot.NEXT_NODE_OFFSET);
    long stepEnd = Math.min(end, next + idCountMax);
    for (int entered = 0; next < stepEnd && entered < STEP_ENTRIES; next++) {
      long slot = graph.findSlot(next);
      if (slot >= 0 && graph.labelOf(slot) == index.labelNumber()) {
        StoredIndex after = enter(index, next, slot);
        if (after.state() == IndexState.FAILED) {
          return after;
        }
        entered++;
      }
    }
    if (next >= end) {
      return finish(index);
    }
    IndexTable.setNextNode(pages, index, next);
    return index;
  }

  /// Drops an index and returns whether there was one.
  public boolean drop(IndexDefinition definition) {
    StoredIndex index = graph.catalog().find(definition);
    if (index == null) {
      return false;
    }
    return graph.changeCatalog(() -> {
      if (index.rootPage() != 0) {
        index.tree().drop(pages);
      }
      IndexTable.remove(pages, index);
      return true;
    });
  }

  private IndexStatus info(StoredIndex index) {
    return graph.info(index);
  }
}
