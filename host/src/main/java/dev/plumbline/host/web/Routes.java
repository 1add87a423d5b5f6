package dev.plumbline.host.web;

import dev.plumbline.host.gateway.JoinedAgents;
import dev.plumbline.host.report.html.HtmlReport;
import dev.plumbline.host.report.summary.Summary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the path of a request to an answer. A path is only ever compared with patterns and with the
 * ids of known jobs; no part of it becomes part of a file's name.
 */
final class Routes {
  private static final String ID = "([A-Za-z0-9-]{1,80})";
  private static final Pattern REPORT = Pattern.compile("/reports/" + ID + "(?:/|/report\\.html)?");
  private static final Pattern SUMMARY = Pattern.compile("/api/reports/" + ID);

  private final Path root;
  private final JobFolders folders;
  private final JoinedAgents agents;

  Routes(Path root, JobFolders folders, JoinedAgents agents) {
    this.root = root;
    this.folders = folders;
    this.agents = agents;
  }

  Answer answer(String path) {
    switch (path) {
      case "/":
        return Answer.html(IndexPage.html(root, folders.all(), agents.all()));
      case "/health":
        return Answer.json(JobApi.health());
      case "/api/reports":
        return Answer.json(JobApi.list(folders.all()));
      case "/api/agents":
        return Answer.json(AgentApi.list(agents.all()));
      default:
        break;
    }
    Matcher report = REPORT.matcher(path);
    if (report.matches()) {
      return job(
          report.group(1), job -> file(job, HtmlReport.FILE_NAME, "text/html;charset=utf-8"));
    }
    Matcher summary = SUMMARY.matcher(path);
    if (summary.matches()) {
      return job(summary.group(1), job -> file(job, Summary.FILE_NAME, "application/json"));
    }
    return Answer.sentence(
        404,
        "Nothing is here: see / for the reports and /api/reports for the same as JSON, /api/agents"
            + " for the agents that have joined.");
  }

  private Answer job(String id, Function<Job, Answer> answer) {
    Optional<Job> job = folders.job(id);
    return job.isPresent()
        ? answer.apply(job.get())
        : Answer.sentence(
            404, "There is no report with the id " + id + ": see / for those there are.");
  }

  private static Answer file(Job job, String name, String type) {
    Path file = job.folder().resolve(name);
    return JobFolders.isFile(file)
        ? new Answer.File(200, type, file)
        : Answer.sentence(404, "The job " + job.id() + " has no " + name + " yet.");
  }
}
