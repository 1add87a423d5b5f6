package dev.plumbline.host.task;

/**
 * Where in a row the numbers of a detector's head are. What there is none of is at -1.
 *
 * @param anchors boxes in the row
 * @param classes scores of an anchor, without the background; 1 where objects are listed
 * @param box of the first number of the first box
 * @param boxStep from one box to the next
 * @param boxNumber from one of the four numbers to the next
 * @param score of the first score of the first anchor
 * @param step from one anchor's score to the next one's; that goes for objectness and labels, too
 * @param scoreClass from one class to the next
 * @param objectness of the first anchor
 * @param label number of the class of the first object, where they are listed
 * @param count how many listed objects there are
 * @param logits of the first class of the first anchor, the background counted
 * @param logitsOfAnchor how many, the background counted
 */
record HeadAddresses(
    int anchors,
    int classes,
    int box,
    int boxStep,
    int boxNumber,
    int score,
    int step,
    int scoreClass,
    int objectness,
    int label,
    int count,
    int logits,
    int logitsOfAnchor) {

  int score(int anchor, int column) {
    return score + anchor * step + column * scoreClass;
  }

  int objectness(int anchor) {
    return objectness + anchor * step;
  }

  int box(int anchor, int number) {
    return box + anchor * boxStep + number * boxNumber;
  }

  int logit(int anchor, int number) {
    return logits + anchor * step + number * scoreClass;
  }
}
