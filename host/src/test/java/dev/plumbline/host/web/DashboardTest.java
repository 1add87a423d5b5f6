package dev.plumbline.host.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.report.html.HtmlReport;
import dev.plumbline.host.report.summary.Samples;
import dev.plumbline.host.report.summary.Summary;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardTest {
  private static final String SECRET = "nobody is to read this";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Path root;
  private Dashboard dashboard;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(folder.resolve("summary.json"), SECRET);
    Files.writeString(root.resolve("notes.txt"), SECRET);
    Path demo = root.resolve("demo");
    Samples.summary().write(demo.resolve("summary.json"));
    new HtmlReport(Samples.summary(), "demo", List.of()).write(demo.resolve("report.html"));
    Path deep = root.resolve("a/b/late <i>&");
    new Summary("0.1.0", Samples.CREATED.plusSeconds(60), Map.of("int8", Samples.bare()))
        .write(deep.resolve("summary.json"));
    Files.createDirectories(root.resolve("broken"));
    Files.writeString(root.resolve("broken/summary.json"), "{\"half\":");
    dashboard = Dashboard.onLoopback(root, 0);
    dashboard.start();
  }

  @AfterEach
  void stop() {
    dashboard.close();
  }

  @Test
  void the_index_lists_every_job_with_its_verdicts_the_newest_first() throws Exception {
    HttpResponse<String> response = get("/");
    assertEquals(200, response.statusCode());
    Document page = Jsoup.parse(response.body());
    assertEquals(List.of("a/b/late <i>&", "demo", "broken"), page.select("h2").eachText());
    String text = page.text();
    assertTrue(text.contains("cortex-a76: 1,198 of 4,245"), text);
    assertTrue(text.contains("1,198 \u2192 111"), text);
    assertTrue(text.contains("3 November 2026, 14:05 UTC"), text);
    assertTrue(text.contains("no valid JSON at line 1"), text);
    assertEquals(0, page.select("i, script").size());
  }

  @Test
  void every_link_of_the_index_leads_to_something() throws Exception {
    List<String> links = Jsoup.parse(get("/").body()).select("a").eachAttr("href");
    assertEquals(4, links.size(), links.toString());
    for (String link : links) {
      assertEquals(200, get(link).statusCode(), link);
    }
  }

  @Test
  void a_report_is_served_as_it_lies_in_its_folder() throws Exception {
    String id = idOf("demo");
    String file = Files.readString(root.resolve("demo/report.html"));
    for (String path : List.of("", "/", "/report.html")) {
      HttpResponse<String> response = get("/reports/" + id + path);
      assertEquals(file, response.body());
      assertEquals("text/html;charset=utf-8", header(response, "content-type"));
    }
    HttpResponse<String> json = get("/api/reports/" + id);
    assertEquals(Files.readString(root.resolve("demo/summary.json")), json.body());
    assertEquals("application/json", header(json, "content-type"));
  }

  @Test
  void the_list_is_there_as_json_too() throws Exception {
    JsonNode reports = new ObjectMapper().readTree(get("/api/reports").body()).get("reports");
    assertEquals(3, reports.size());
    JsonNode demo = reports.get(1);
    assertEquals("demo", demo.get("name").textValue());
    assertEquals(1264, demo.get("pairs").get("int8").get("effective").intValue());
    assertEquals(111, demo.at("/pairs/int8/repair/corpus_after").intValue());
    assertEquals("device", demo.at("/pairs/int8/judges/2/kind").textValue());
    assertTrue(reports.get(0).get("report").isNull());
    assertTrue(reports.get(0).at("/pairs/int8/repair").isNull());
    assertTrue(reports.get(2).get("problem").textValue().contains("summary.json"));
  }

  @Test
  void a_job_that_appears_is_listed_at_the_next_look() throws Exception {
    Samples.summary().write(root.resolve("new/summary.json"));
    assertTrue(get("/").body().contains("new"));
    assertEquals(200, get("/api/reports/" + idOf("new")).statusCode());
  }

  @Test
  void a_root_that_is_a_job_itself_is_listed() throws Exception {
    Samples.summary().write(root.resolve("summary.json"));
    assertEquals(200, get("/api/reports/" + idOf("root")).statusCode());
  }

  @Test
  void folders_too_deep_hidden_or_behind_a_link_are_not_listed() throws Exception {
    Samples.summary().write(root.resolve("1/2/3/4/summary.json"));
    Samples.summary().write(root.resolve("1/2/3/x/5/summary.json"));
    Samples.summary().write(root.resolve(".hidden/summary.json"));
    Path outside = folder.resolve("outside");
    Samples.summary().write(outside.resolve("summary.json"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    Path job = Files.createDirectories(root.resolve("linked-file"));
    Files.createSymbolicLink(job.resolve("summary.json"), outside.resolve("summary.json"));
    Files.createSymbolicLink(root.resolve("a/b/late <i>&/report.html"), root.resolve("notes.txt"));
    JsonNode reports = new ObjectMapper().readTree(get("/api/reports").body()).get("reports");
    List<String> names = reports.findValuesAsText("name");
    assertTrue(names.contains("1/2/3/4"), names.toString());
    assertEquals(4, names.size(), names.toString());
    assertEquals(404, get("/reports/" + idOf("a/b/late <i>&") + "/").statusCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../summary.json",
        "/reports/../../summary.json",
        "/reports/%2e%2e/summary.json",
        "/reports/%2e%2e%2f%2e%2e%2fsummary.json",
        "/reports/..%2f..%2fsummary.json",
        "/reports/..;/summary.json",
        "/reports/..\\..\\summary.json",
        "/reports/demo/report.html",
        "/reports/demo",
        "/api/reports/..%2f..",
        "/api/reports/%00",
        "/api/reports/..%5c..%5csummary.json",
        "/api/reports/demo/../../summary.json",
        "//etc/passwd",
        "/file:///etc/passwd",
        "/notes.txt",
        "/home/notes.txt",
        "/reports/DEMO/notes.txt",
        "/reports/%64emo/notes.txt",
        "/%ff%fe",
        "/reports/%",
        "http://elsewhere.example/notes.txt"
      })
  void no_path_leads_out_of_the_known_jobs(String target) throws Exception {
    // By hand: a client would tidy the path before it sends it.
    String response = raw("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    assertTrue(response.matches("(?s)HTTP/1\\.1 4\\d\\d .*"), response);
    assertFalse(response.contains(SECRET), response);
    assertFalse(response.contains("root:x:0"), response);
    assertFalse(response.contains("<html"), response);
    assertFalse(response.contains("java."), response);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
  void only_get_and_head_are_answered(String method) throws Exception {
    String response = raw(method + " / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n");
    assertTrue(response.startsWith("HTTP/1.1 405 "), response);
    assertTrue(response.contains("Allow: GET, HEAD"), response);
    assertTrue(response.endsWith("This dashboard only shows: ask with GET or HEAD.\n"), response);
  }

  @Test
  void head_gets_the_headers_of_get_and_no_content() throws Exception {
    for (String path : List.of("/", "/api/reports", "/reports/" + idOf("demo") + "/", "/none")) {
      HttpResponse<String> head =
          client.send(
              HttpRequest.newBuilder(uri(path)).method("HEAD", noBody()).build(),
              HttpResponse.BodyHandlers.ofString());
      HttpResponse<String> get = get(path);
      assertEquals(get.statusCode(), head.statusCode(), path);
      assertEquals("", head.body(), path);
      assertEquals(header(get, "content-length"), header(head, "content-length"), path);
    }
  }

  @Test
  void every_answer_carries_the_headers_that_hold_a_browser_back() throws Exception {
    for (String path : List.of("/", "/health", "/reports/" + idOf("demo") + "/", "/none")) {
      HttpResponse<String> response = get(path);
      String policy = header(response, "content-security-policy");
      assertTrue(policy.contains("default-src 'none'"), policy);
      assertFalse(policy.contains("http"), policy);
      assertEquals("nosniff", header(response, "x-content-type-options"));
      assertEquals("DENY", header(response, "x-frame-options"));
      assertEquals("no-referrer", header(response, "referrer-policy"));
      assertTrue(response.headers().firstValue("server").isEmpty());
    }
    String refused = raw("GET /reports/..%2f HTTP/1.1\r\nHost: localhost\r\n");
    assertTrue(refused.contains("X-Content-Type-Options: nosniff"), refused);
  }

  @Test
  void errors_are_plain_sentences() throws Exception {
    HttpResponse<String> response = get("/reports/none-000000000000/");
    assertEquals(404, response.statusCode());
    assertEquals(
        "There is no report with the id none-000000000000: see / for those there are.\n",
        response.body());
    assertEquals("text/plain;charset=utf-8", header(response, "content-type"));
  }

  @Test
  void a_name_that_a_stranger_points_at_this_machine_is_refused() throws Exception {
    String response = raw("GET / HTTP/1.1\r\nHost: rebound.example\r\n");
    assertTrue(response.startsWith("HTTP/1.1 421 "), response);
    for (String name : List.of("localhost", "LOCALHOST:80", "127.0.0.1", "[::1]:9")) {
      String answer = raw("GET /health HTTP/1.1\r\nHost: " + name + "\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }
  }

  @Test
  void it_says_that_it_is_well() throws Exception {
    assertEquals("{\"status\":\"serving\"}\n", get("/health").body());
  }

  @Test
  void a_port_in_use_is_one_sentence() {
    try (Dashboard second = Dashboard.onLoopback(root, dashboard.port())) {
      BadInputException thrown = assertThrows(BadInputException.class, second::start);
      assertTrue(thrown.getMessage().contains("port " + dashboard.port()), thrown.getMessage());
      assertTrue(thrown.getMessage().contains("in use"), thrown.getMessage());
      assertFalse(thrown.getMessage().contains("\n"));
    }
  }

  @Test
  void a_root_that_is_no_folder_is_one_sentence() {
    Path file = root.resolve("notes.txt");
    BadInputException thrown =
        assertThrows(BadInputException.class, () -> Dashboard.onLoopback(file, 0));
    assertTrue(thrown.getMessage().contains("notes.txt: found a file, expected a folder"));
    assertThrows(BadInputException.class, () -> Dashboard.onLoopback(root.resolve("none"), 0));
  }

  @Test
  void an_empty_root_says_what_to_expect() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    try (Dashboard none = Dashboard.onLoopback(empty, 0)) {
      none.start();
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + none.port() + "/")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertTrue(response.body().contains("No job yet"));
    }
  }

  @Test
  void after_closing_the_port_is_free_and_join_returns() throws Exception {
    int port = dashboard.port();
    dashboard.close();
    dashboard.join();
    try (Dashboard next = Dashboard.onLoopback(root, port)) {
      next.start();
      assertEquals(port, next.port());
    }
  }

  private String idOf(String name) throws Exception {
    for (JsonNode report : new ObjectMapper().readTree(get("/api/reports").body()).get("reports")) {
      if (report.get("name").textValue().equals(name)) {
        return report.get("id").textValue();
      }
    }
    throw new AssertionError("no report named " + name);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + dashboard.port() + path);
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), dashboard.port())) {
      socket.setSoTimeout(10_000);
      String whole = request + "Connection: close\r\n\r\n";
      socket.getOutputStream().write(whole.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
