package dev.plumbline.host.dataset;

import java.util.List;

/**
 * Data with the classes that rules make of its labels.
 *
 * @param data with its own labels
 * @param name what to call it in messages
 * @param classes by the data's label
 * @param classNames by class
 */
record RuledLabels(Dataset data, String name, int[] classes, List<String> classNames)
    implements DatasetView {

  /**
   * @throws dev.plumbline.host.BadInputException if a label has no class
   */
  static Dataset of(Dataset data, LabelRules rules, String name) {
    if (rules.isOwn()) {
      return data;
    }
    int[] classes = rules.unlabelled() ? new int[0] : rules.classesOf(data.classNames(), name);
    List<String> names = rules.unlabelled() ? List.of() : data.classNames();
    return new RuledLabels(data, name, classes, rules.classNames(names, classes));
  }

  @Override
  public int label(int index) {
    if (!isLabelled()) {
      throw Dataset.noLabels(name);
    }
    return classes[data.label(index)];
  }

  @Override
  public boolean isLabelled() {
    return classes.length > 0;
  }
}
