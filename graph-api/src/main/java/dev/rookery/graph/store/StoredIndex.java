package dev.rookery.graph.store;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.storage.tree.BTree;

/// An index as the catalog of a snapshot has it. Immutable.
///
/// @param number what the catalog knows it by
/// @param definition what it is on, in names
/// @param labelNumber the number of its label
/// @param keyNumbers the numbers of its properties; not to be changed
/// @param state how far it is
/// @param rootPage the root of its entries, 0 if it has failed
/// @param failure why it has failed
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record StoredIndex(
    int number,
    IndexDefinition definition,
    int labelNumber,
    int[] keyNumbers,
    IndexState state,
    long rootPage,
    String failure) {

  BTree tree() {
    return new BTree(rootPage);
  }

  int keyCount() {
    return keyNumbers.length;
  }

  int keyNumber(int position) {
    return keyNumbers[position];
  }

  boolean isReady() {
    return state == IndexState.READY;
  }

  boolean isUnique() {
    return definition.unique();
  }

  /// Returns it in another state.
  StoredIndex with(IndexState other, long otherRootPage, String otherFailure) {
    return new StoredIndex(
        number, definition, labelNumber, keyNumbers, other, otherRootPage, otherFailure);
  }
}
