# What is wrong with a Grafana dashboard, a line each: the rules of Grafana's dashboard-linter, stated again, because that
# program cannot be had everywhere. Whether a query is valid is seen when Prometheus answers it.
# usage: jq -r -f dashboard.jq DASHBOARD

# Units of Grafana that are used here.
def units: ["none", "string", "bytes", "decbytes", "s"];
# Panels that ask beyond the chosen instances: which job has a host that reports at all.
def beyond_instances: ["Not reporting"];

def templated: . == {type: "prometheus", uid: "${datasource}"};
def variables: .templating.list[];
# Selectors of metrics in a query: a name with what stands in its braces.
def selectors: [scan("[a-z_]+\\{[^}]*\\}")];
def metrics: [scan("\\b(?:rampcheck_[a-z_]+|up)\\b")];

def of_dashboard:
  (select(.editable != false) | "it can be edited"),
  (select(.uid == null or .title == "" or .description == "") | "it has no uid, title or description"),
  (select(tostring | test("\"(uid|datasource)\":\"(?!rampcheck-fleet|\\$\\{datasource\\})")) | "a data source is named"),
  (select([.panels[].id] | unique != sort) | "two panels have the same id"),
  (select([.panels[].title] | unique != sort) | "two panels have the same title");

def of_variables:
  (select([variables.name] != ["datasource", "job", "instance", "product"]) | "other variables than expected"),
  (variables | select(.name == "datasource") | select(.type != "datasource" or .query != "prometheus" or .label != "Data source")
    | "datasource is no choice of a Prometheus"),
  (variables | select(.type == "query")
    | (select(.datasource | templated | not) | "\(.name): another data source"),
      (select(.label != (.name[:1] | ascii_upcase) + .name[1:]) | "\(.name): labelled \(.label)"),
      (select(.multi != true or .includeAll != true or .allValue != ".+") | "\(.name): not one, several or all"),
      (select(.refresh != 2) | "\(.name): not renewed with the time range"),
      (select(.definition != .query.query) | "\(.name): two queries"));

def of_panel:
  (select((.title // "") == "" or (.description // "") == "") | "no title or description"),
  (select(.datasource | templated | not) | "another data source"),
  (.fieldConfig | [.defaults.unit, (.overrides[].properties[] | select(.id == "unit") | .value)][]
    | select(. as $unit | units | index($unit) | not) | "unit \(.)"),
  (select(.targets == []) | "no query"),
  (select([.targets[].refId] | unique != sort) | "two queries have the same name"),
  (.title as $title | .targets[]
    | (select(.datasource | templated | not) | "\(.refId): another data source"),
      (select((.expr | selectors | length) != (.expr | metrics | length)) | "\(.refId): a metric without selector"),
      (.expr | selectors[]
        | (select(contains("job=~\"$job\"") | not) | "without job: \(.)"),
          (select(beyond_instances | index($title) | not) | select(contains("instance=~\"$instance\"") | not) | "without instance: \(.)"),
          (select(startswith("rampcheck_")) | select(beyond_instances | index($title) | not)
            | select(contains("product=~\"$product\"") | not) | "without product: \(.)")));

of_dashboard, of_variables, (.panels[] | "panel \(.title): " + of_panel)
