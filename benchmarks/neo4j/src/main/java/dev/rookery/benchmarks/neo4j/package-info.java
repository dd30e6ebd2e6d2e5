/// Neo4j as a peer.
package dev.rookery.benchmarks.neo4j;
