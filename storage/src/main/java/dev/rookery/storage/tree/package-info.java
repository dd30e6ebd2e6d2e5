/// Trees on pages: the B+tree, the fixed-size tree, and the forest of fixed-size trees.
///
/// Each keeps its root page for life, works through [dev.rookery.storage.page.PageReader] and
/// [dev.rookery.storage.page.PageWriter], and checks itself.
package dev.rookery.storage.tree;
