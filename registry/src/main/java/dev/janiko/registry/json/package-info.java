/**
 * JSON as image documents need it: read strictly into trees, written byte for byte as Go writes it.
 *
 * <p>It knows no document: what keys mean is the business of the packages that read them. No data
 * binding happens, so nothing is looked up by reflection.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.json;
