package dev.rookery.benchmarks.neo4j;

import dev.rookery.benchmarks.pattern.PatternPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.GraphDatabaseService;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.QueryExecutionException;
import org.neo4j.graphdb.RelationshipType;
import org.neo4j.graphdb.Result;
import org.neo4j.graphdb.Transaction;
import org.neo4j.graphdb.TransactionTerminatedException;
import org.neo4j.memory.MemoryLimitExceededException;

/// Neo4j Community, embedded, by its Cypher.
public final class NeoPatternPeer implements PatternPeer {
  private static final int TRANSACTION_EDGES = 50_000;

  private @Nullable DatabaseManagementService service;
  private @Nullable GraphDatabaseService database;

  /// Creates the peer; [#load] starts it.
  public NeoPatternPeer() {}

  @Override
  public String name() {
    return "neo4j";
  }

  @Override
  public void load(
      Path directory, int nodeCount, String[] types, int[][] sources, int[][] targets) {
    DatabaseManagementService started =
        new DatabaseManagementServiceBuilder(directory)
            .setConfig(GraphDatabaseSettings.pagecache_memory, 2L << 30)
            .build();
    service = started;
    GraphDatabaseService made = started.database(GraphDatabaseSettings.DEFAULT_DATABASE_NAME);
    database = made;
    String[] ids = new String[nodeCount];
    try (Transaction tx = made.beginTx()) {
      for (int i = 0; i < nodeCount; i++) {
        ids[i] = tx.createNode().getElementId();
      }
      tx.commit();
    }
    for (int type = 0; type < types.length; type++) {
      RelationshipType name = RelationshipType.withName(types[type]);
      int count = sources[type].length;
      for (int from = 0; from < count; from += TRANSACTION_EDGES) {
        try (Transaction tx = made.beginTx()) {
          for (int i = from; i < Math.min(count, from + TRANSACTION_EDGES); i++) {
            Node source = tx.getNodeByElementId(ids[sources[type][i]]);
            source.createRelationshipTo(tx.getNodeByElementId(ids[targets[type][i]]), name);
          }
          tx.commit();
        }
      }
    }
  }

  @Override
  public OptionalLong count(String cypher, Duration limit) {
    GraphDatabaseService made = Objects.requireNonNull(database);
    try (Transaction tx = made.beginTx(limit.toMillis(), TimeUnit.MILLISECONDS);
        Result result = tx.execute(cypher)) {
      Object count = result.next().values().iterator().next();
      return OptionalLong.of(((Number) count).longValue());
    } catch (TransactionTerminatedException
        | QueryExecutionException
        | MemoryLimitExceededException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    DatabaseManagementService started = service;
    if (started != null) {
      started.shutdown();
      service = null;
    }
  }
}
