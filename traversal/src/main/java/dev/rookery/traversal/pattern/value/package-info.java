/// Values while a pattern query runs: nodes and edges by slots and numbers, and how values compare.
package dev.rookery.traversal.pattern.value;
