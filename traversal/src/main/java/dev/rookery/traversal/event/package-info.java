/// What the flight recorder is told of runs over whole graphs.
package dev.rookery.traversal.event;
