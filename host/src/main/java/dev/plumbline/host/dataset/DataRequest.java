package dev.plumbline.host.dataset;

import java.nio.file.Path;

/**
 * Which data to open and how.
 *
 * @param data a file or folder
 * @param split which one, or null for all
 * @param range which pictures of that, or null for all
 * @param labels what becomes of what the data says about its pictures
 * @param listRoot the folder that a list's paths are relative to; null for the list's own
 * @param skipBroken whether broken pictures are counted and left out; else they are refused
 */
public record DataRequest(
    Path data, Split split, Range range, LabelRules labels, Path listRoot, boolean skipBroken) {
  /** All of the data, with its own labels. */
  public static DataRequest of(Path data) {
    return new DataRequest(data, null, null, LabelRules.own(), null, false);
  }
}
