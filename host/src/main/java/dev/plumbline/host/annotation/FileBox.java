package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Place;
import dev.plumbline.host.task.Box;
import java.util.Optional;

/**
 * A box that was noted in the pixels of a picture's file.
 *
 * @param where it was noted, for messages: a file and a line or number
 * @param label number of its class
 * @param x1 left edge
 * @param y1 upper edge
 * @param x2 right edge
 * @param y2 lower edge
 * @param role what it counts for
 */
record FileBox(String where, int label, double x1, double y1, double x2, double y2, Box.Role role) {
  /** Tools round, and some count pixels from 1. */
  private static final double SLACK = 2;

  /**
   * The part of it that the picture shows, in the picture's pixels.
   *
   * @param picture its name, for messages
   * @return empty where the picture shows nothing of it
   * @throws BadInputException if it is no box of the file
   */
  Optional<Box> on(Place place, String picture) {
    boolean finite = Double.isFinite(x1 + y1 + x2 + y2);
    if (!finite || x2 < x1 || y2 < y1) {
      throw refused(
          "has a box from " + x1 + "," + y1 + " to " + x2 + "," + y2 + " on the picture " + picture,
          "sides of at least 0 pixels");
    }
    if (x1 < -SLACK
        || y1 < -SLACK
        || x2 > place.fileWidth() + SLACK
        || y2 > place.fileHeight() + SLACK) {
      throw refused(
          "has a box from " + x1 + "," + y1 + " to " + x2 + "," + y2 + " on the picture " + picture,
          "it inside its " + place.fileWidth() + " x " + place.fileHeight() + " pixels");
    }
    double left = Math.max(0, place.x(Math.max(0, x1)));
    double top = Math.max(0, place.y(Math.max(0, y1)));
    double right = Math.min(place.width(), place.x(Math.min(place.fileWidth(), x2)));
    double bottom = Math.min(place.height(), place.y(Math.min(place.fileHeight(), y2)));
    return right > left && bottom > top
        ? Optional.of(Box.noted(label, left, top, right, bottom, role))
        : Optional.empty();
  }

  private BadInputException refused(String found, String expected) {
    return new BadInputException(where + " " + found + ", expected " + expected);
  }
}
