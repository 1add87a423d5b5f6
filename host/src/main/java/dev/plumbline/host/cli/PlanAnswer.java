package dev.plumbline.host.cli;

import dev.plumbline.host.searchjob.SearchJob;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code search --plan} says. */
record PlanAnswer(SearchJob job, Path file) {
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("job", job.sha256());
    map.put("groups", job.groups().size());
    map.put("path", file.toString());
    return map;
  }

  List<String> lines() {
    return List.of(
        "job " + job.sha256() + " of " + job.groups().size() + " groups of seeds in " + file);
  }
}
