/// What can go wrong in a traversal, beside what the graph and its store throw.
package dev.rookery.traversal.error;
