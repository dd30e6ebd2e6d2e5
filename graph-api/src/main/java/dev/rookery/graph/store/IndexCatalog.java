package dev.rookery.graph.store;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The indexes of one version of the catalog, on the heap. Immutable, so all threads may share it.
final class IndexCatalog {
  static final IndexCatalog NONE = new IndexCatalog(0, List.of());

  private final long version;
  private final List<StoredIndex> all;

  /// By label number, a place in `maintained`.
  private final Int2IntOpenHashMap places = new Int2IntOpenHashMap();

  private final List<List<StoredIndex>> maintained = new ArrayList<>();

  IndexCatalog(long version, List<StoredIndex> indexes) {
    this.version = version;
    this.all = List.copyOf(indexes);
    places.defaultReturnValue(-1);
    for (StoredIndex index : all) {
      if (index.state() != IndexState.FAILED) {
        int place = places.get(index.labelNumber());
        if (place < 0) {
          place = maintained.size();
          places.put(index.labelNumber(), place);
          maintained.add(new ArrayList<>());
        }
        maintained.get(place).add(index);
      }
    }
  }

  long version() {
    return version;
  }

  List<StoredIndex> all() {
    return all;
  }

  boolean isEmpty() {
    return maintained.isEmpty();
  }

  /// Returns the indexes on a label that changes are entered into: all but the failed ones.
  List<StoredIndex> of(int labelNumber) {
    int place = maintained.isEmpty() ? -1 : places.get(labelNumber);
    return place < 0 ? List.of() : maintained.get(place);
  }

  /// Returns the index on the same label and properties.
  @Nullable StoredIndex find(IndexDefinition definition) {
    for (StoredIndex index : all) {
      if (index.definition().isOnSame(definition)) {
        return index;
      }
    }
    return null;
  }

  /// Returns an index by its number.
  @Nullable StoredIndex find(int number) {
    for (StoredIndex index : all) {
      if (index.number() == number) {
        return index;
      }
    }
    return null;
  }
}
