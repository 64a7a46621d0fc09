package dev.janiko.cli.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The shape that a part of a document must have. */
sealed interface Shape {
  /** Adds what is wrong with a value to a list of errors, each with the value's path. */
  void check(String path, Object value, List<String> errors);

  /** What is wrong with a document. */
  default List<String> errors(Object document) {
    List<String> errors = new ArrayList<>();
    check("", document, errors);
    return errors;
  }

  /** A value of a type of Java's. */
  record Scalar(Class<?> type) implements Shape {
    static final Shape TEXT = new Scalar(String.class);
    static final Shape NUMBER = new Scalar(Integer.class);
    static final Shape TRUTH = new Scalar(Boolean.class);

    @Override
    public void check(String path, Object value, List<String> errors) {
      if (!type.isInstance(value)) {
        errors.add(path + ": " + value + " is no " + type.getSimpleName());
      }
    }
  }

  /** A text that has a form. */
  record Form(String pattern) implements Shape {
    /** A name of an object of Kubernetes (RFC 1123). */
    static final Shape NAME = new Form("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    static final Shape PATH = new Form("/.*");

    @Override
    public void check(String path, Object value, List<String> errors) {
      if (!(value instanceof String text) || !text.matches(pattern)) {
        errors.add(path + ": " + value + " is not " + pattern);
      }
    }
  }

  /** One of several shapes. */
  record Either(Shape one, Shape other) implements Shape {
    @Override
    public void check(String path, Object value, List<String> errors) {
      if (!one.errors(value).isEmpty()) {
        other.check(path, value, errors);
      }
    }
  }

  /** A list, all of whose elements have one shape. */
  record Many(Shape element) implements Shape {
    @Override
    public void check(String path, Object value, List<String> errors) {
      if (!(value instanceof List<?> list)) {
        errors.add(path + ": " + value + " is no list");
        return;
      }
      for (int i = 0; i < list.size(); i++) {
        element.check(path + "[" + i + "]", list.get(i), errors);
      }
    }
  }

  /** A map from any texts to one shape. */
  record Table(Shape element) implements Shape {
    @Override
    public void check(String path, Object value, List<String> errors) {
      if (!(value instanceof Map<?, ?> map)) {
        errors.add(path + ": " + value + " is no map");
        return;
      }
      map.forEach((key, element1) -> element.check(path + "." + key, element1, errors));
    }
  }

  /**
   * An object with these fields and no others; the names of those that must be there end with an
   * exclamation mark.
   */
  record Fields(Map<String, Shape> fields) implements Shape {
    static Fields of(Object... namesAndShapes) {
      Map<String, Shape> fields = new TreeMap<>();
      for (int i = 0; i < namesAndShapes.length; i += 2) {
        fields.put((String) namesAndShapes[i], (Shape) namesAndShapes[i + 1]);
      }
      return new Fields(fields);
    }

    Fields with(Object... namesAndShapes) {
      Map<String, Shape> all = new TreeMap<>(fields);
      all.putAll(of(namesAndShapes).fields);
      return new Fields(all);
    }

    @Override
    public void check(String path, Object value, List<String> errors) {
      if (!(value instanceof Map<?, ?> map)) {
        errors.add(path + ": " + value + " is no object");
        return;
      }
      map.forEach((key, element) -> {
        Shape shape = fields.getOrDefault(key + "!", fields.get(String.valueOf(key)));
        if (shape == null) {
          errors.add(path + "." + key + " is no field here");
        } else {
          shape.check(path + "." + key, element, errors);
        }
      });
      for (String name : fields.keySet()) {
        if (name.endsWith("!") && !map.containsKey(name.substring(0, name.length() - 1))) {
          errors.add(path + "." + name.replace("!", "") + " is missing");
        }
      }
    }
  }
}
