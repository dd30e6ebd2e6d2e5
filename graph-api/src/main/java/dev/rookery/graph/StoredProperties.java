package dev.rookery.graph;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PropertyBytes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Properties read from where they are stored. The place is looked up at every call, so that a view
/// in a write transaction never shows what has moved. Belongs to one thread.
abstract class StoredProperties implements PropertyReader {
  final GraphView graph;
  private final PropertyBytes bytes = new PropertyBytes();

  StoredProperties(GraphView graph) {
    this.graph = graph;
  }

  /// Points the view at the encoded properties.
  abstract void locate(PropertyBytes target);

  /// Returns what messages call this node or edge.
  abstract String describe();

  /// Returns the index of a property, or -1.
  private int find(String key) {
    locate(bytes);
    int number = graph.keyNumber(key);
    return number < 0 ? -1 : bytes.find(number);
  }

  private int require(String key) {
    int index = find(key);
    if (index < 0) {
      throw new PropertyException("no such property key=%s of=%s".formatted(key, describe()));
    }
    return index;
  }

  private PropertyException wrongType(String key, int index, String wanted) {
    return new PropertyException(
        "property has another type key=%s of=%s wanted=%s found=%s"
            .formatted(key, describe(), wanted, bytes.typeName(index)));
  }

  @Override
  public Optional<Object> property(String key) {
    int index = find(key);
    return index < 0 ? Optional.empty() : Optional.of(valueAt(index));
  }

  private Object valueAt(int index) {
    return bytes.valueAt(index);
  }

  @Override
  public boolean hasProperty(String key) {
    return find(key) >= 0;
  }

  private String keyAt(int index) {
    return graph.keyName(bytes.keyAt(index));
  }

  @Override
  public Set<String> propertyKeys() {
    locate(bytes);
    Set<String> keys = new LinkedHashSet<>();
    for (int i = 0; i < bytes.count(); i++) {
      keys.add(keyAt(i));
    }
    return keys;
  }

  @Override
  public Map<String, Object> properties() {
    locate(bytes);
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < bytes.count(); i++) {
      all.put(keyAt(i), valueAt(i));
    }
    return java.util.Collections.unmodifiableMap(all);
  }

  @Override
  public boolean getBoolean(String key) {
    int index = require(key);
    if (!bytes.isBoolean(index)) {
      throw wrongType(key, index, "boolean");
    }
    return bytes.booleanAt(index);
  }

  @Override
  public long getLong(String key) {
    return longAt(key, require(key));
  }

  @Override
  public long getLong(String key, long defaultValue) {
    int index = find(key);
    return index < 0 ? defaultValue : longAt(key, index);
  }

  private long longAt(String key, int index) {
    if (!bytes.isLong(index)) {
      throw wrongType(key, index, "long");
    }
    return bytes.longAt(index);
  }

  @Override
  public double getDouble(String key) {
    return doubleAt(key, require(key));
  }

  @Override
  public double getDouble(String key, double defaultValue) {
    int index = find(key);
    return index < 0 ? defaultValue : doubleAt(key, index);
  }

  private double doubleAt(String key, int index) {
    if (!bytes.isNumber(index)) {
      throw wrongType(key, index, "double");
    }
    return bytes.doubleAt(index);
  }

  @Override
  public String getString(String key) {
    return stringAt(key, require(key));
  }

  @Override
  public String getString(String key, String defaultValue) {
    int index = find(key);
    return index < 0 ? defaultValue : stringAt(key, index);
  }

  private String stringAt(String key, int index) {
    if (!bytes.isString(index)) {
      throw wrongType(key, index, "String");
    }
    return bytes.stringAt(index);
  }
}
