/** What tests of this module share: a registry in this process, and images for it. */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.support;
