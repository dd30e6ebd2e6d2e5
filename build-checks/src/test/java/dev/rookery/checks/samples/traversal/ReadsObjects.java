package dev.rookery.checks.samples.traversal;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

final class ReadsObjects {
  Object read(InputStream input) throws IOException, ClassNotFoundException {
    try (var objects = new ObjectInputStream(input)) {
      return objects.readObject();
    }
  }
}
