package dev.janiko.registry.transport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.commons.logging.impl.NoOpLog;

/**
 * Keeps the HTTP library silent: its log of the wire would hold the secrets of every request, and
 * looking for a logging system takes a quarter of a short command's time. Found by its name in
 * {@code META-INF/services}.
 */
public final class SilentLogFactory extends LogFactory {
  private static final Log SILENT = new NoOpLog();

  /** For the service loader. */
  public SilentLogFactory() {}

  @Override
  public Object getAttribute(String name) {
    return "";
  }

  @Override
  public String[] getAttributeNames() {
    return new String[0];
  }

  @Override
  public Log getInstance(Class<?> user) {
    return SILENT;
  }

  @Override
  public Log getInstance(String name) {
    return SILENT;
  }

  @Override
  public void release() {}

  @Override
  public void removeAttribute(String name) {}

  @Override
  public void setAttribute(String name, Object value) {}
}
