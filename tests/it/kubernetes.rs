//! Plans on Kubernetes: what the cluster says.

use crate::support::{Check, Run, scratch};

/// A machine from which a cluster is reached.
const CLUSTER: &str = include_str!("kubernetes/cluster.toml");

fn on(recording: &str, arguments: &str) -> Run {
    let folder = scratch(&format!("kubernetes-{:?}", std::thread::current().id()));
    let host = folder.write("host.toml", recording);
    let arguments: Vec<_> = arguments.split(' ').collect();
    Check::of("rocketchat").with(&["--host", &host]).with(&arguments).run()
}

fn outcomes(recording: &str, arguments: &str, ids: &[&str]) -> Vec<(String, String)> {
    let report: serde_json::Value =
        serde_json::from_str(&on(recording, &format!("{arguments} --format json")).stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let of = |id: &str| findings.iter().find(|finding| finding["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    ids.iter().map(|id| ((*id).to_owned(), of(id)["outcome"].as_str().unwrap().to_owned())).collect()
}

const PLAN: &str = "--tier guide-s-microservices --concurrent 1000 --deployment kubernetes --microservices";
const OF_CLUSTER: [&str; 14] = [
    "cluster-reachable",
    "cluster-nodes-ready",
    "cluster-cpu",
    "cluster-storage-class",
    "cluster-ingress",
    "cluster-replicas",
    "helm",
    "helm-tested",
    "chart-official",
    "chart-microservices",
    "chart-host",
    "chart-ingress",
    "chart-ingress-class",
    "ddp-streamer",
];

#[test]
fn a_cluster_as_the_vendor_wants_it_passes() {
    for (id, outcome) in outcomes(CLUSTER, PLAN, &OF_CLUSTER) {
        assert_eq!(outcome, "pass", "{id}");
    }
}

#[test]
fn the_verdict_is_about_the_cluster_that_was_asked() {
    let text = on(CLUSTER, PLAN).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("whether this host and its cluster qualify for Rocket.Chat"), "{text}");
    assert!(text.contains("the cluster that kubectl asked was judged by them") && !text.contains("not here"), "{text}");
}

#[test]
fn the_release_that_runs_in_the_cluster_is_judged() {
    for (phase, outcome) in [("run", "pass"), ("upgrade", "pass"), ("install", "skipped")] {
        let arguments = format!("{PLAN} --phase {phase}");
        assert_eq!(outcomes(CLUSTER, &arguments, &["server-version"])[0].1, outcome, "{phase}");
    }
}

#[test]
fn each_fault_of_a_cluster_has_its_finding() {
    for (from, to, id) in [
        ("worker-1|True|", "worker-1|False|", "cluster-nodes-ready"),
        ("worker-1|True|", "worker-1|Unknown|", "cluster-cpu"),
        ("worker-2|True|||16", "worker-2|True|true||16", "cluster-cpu"),
        ("local-path|true|", "local-path||", "cluster-storage-class"),
        ("nginx||\n", "", "cluster-ingress"),
        ("rc-ddp-streamer|2|2|", "rc-ddp-streamer|2|0|", "cluster-replicas"),
        ("rc-ddp-streamer|2|2|", "rc-ddp-streamer|1|1|", "ddp-streamer"),
        ("v3.16.2+g13654a5", "v4.1.4+g05fa379", "helm-tested"),
        ("rocketchat-6.27.1", "chat-1.0.0", "chart-official"),
        ("rocketchat/ddp-streamer-service:8.5.1", "rocketchat/stream-hub-service:8.5.1", "stream-hub"),
        ("host: chat.example.com", "host: ''", "chart-host"),
        ("  ingressClassName: nginx\n", "", "chart-ingress-class"),
    ] {
        assert!(CLUSTER.contains(from), "{from}");
        assert_eq!(outcomes(&CLUSTER.replace(from, to), PLAN, &[id])[0].1, "fail", "{from} -> {to}: {id}");
    }
}

#[test]
fn images_of_others_are_judged_in_a_cluster() {
    let plan = format!("{PLAN} --phase run");
    let monolith = CLUSTER.replace("registry.rocket.chat/rocketchat/rocket.chat:8.5.1|", "acme/rocket.chat:latest|");
    let all = monolith.replace("rocketchat/ddp-streamer-service:8.5.1|", "acme/ddp-streamer-service:latest|");
    for recording in [&monolith, &all] {
        for (id, outcome) in outcomes(recording, &plan, &["official-images", "pinned-tag"]) {
            assert_eq!(outcome, "fail", "{id}");
        }
    }
    let mirrored = CLUSTER.replace(
        "rocketchat/ddp-streamer-service:8.5.1|",
        "registry.example.com/rocketchat/ddp-streamer-service:8.5.1|",
    );
    let ids = ["ddp-streamer", "microservices-variables", "chart-official"];
    for (id, outcome) in outcomes(&mirrored, &plan, &ids) {
        assert_eq!(outcome, "pass", "{id}");
    }
    assert_eq!(outcomes(&mirrored, &plan, &["official-images"])[0].1, "unknown");
}

#[test]
fn each_release_has_its_own_pods() {
    let line = |text: &str| CLUSTER.lines().find(|line| line.starts_with(text)).unwrap().to_owned() + "\n";
    let (chat, streamer) = (line("chat|rc-rocketchat|"), line("chat|rc-ddp-streamer|"));
    let hub = streamer.replace("ddp-streamer", "stream-hub").replace("|2|2|", "|1|1|");
    let of_release = format!("{chat}{streamer}{hub}").replace(":8.5.1", ":7.6.1");
    let staging = of_release.replace("chat|rc-", "staging|rc-").replace("|chat|rc|", "|staging|rc|");
    let both = CLUSTER.replace(&format!("{chat}{streamer}"), &format!("{of_release}{staging}"));
    assert_ne!(both, CLUSTER);
    for (id, outcome) in outcomes(&both, PLAN, &["stream-hub", "ddp-streamer"]) {
        assert_eq!(outcome, "unknown", "{id}");
    }
}

#[test]
fn a_right_that_is_missing_is_named_and_no_root_is_asked_for() {
    let nodes =
        "control|True||NoSchedule|4|8145864Ki|\nworker-1|True|||16|32654321Ki|\nworker-2|True|||16|32654321Ki|\nend'''";
    assert!(CLUSTER.contains(nodes));
    let refused = "'''\ncode = 1\nstderr = 'Error from server (Forbidden): nodes is forbidden: User \"a\" cannot list resource \"nodes\" in API group \"\" at the cluster scope'";
    let recording = CLUSTER.replace(nodes, refused);
    assert_eq!(outcomes(&recording, PLAN, &["cluster-cpu"])[0].1, "unknown");
    let shown = on(&recording, &format!("{PLAN} --only cluster-cpu,cluster-memory -v --color never")).stdout;
    assert!(!shown.contains("sudo") && !shown.contains("root"), "{shown}");
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("kubectl auth can-i list nodes"), "{shown}");
}

#[test]
fn nothing_is_asked_unless_kubernetes_is_planned() {
    for plan in
        ["--tier guide-s-microservices", "--tier vps-recommended", "--tier vps-recommended --deployment compose"]
    {
        for (id, outcome) in outcomes(CLUSTER, plan, &OF_CLUSTER) {
            assert_eq!(outcome, "skipped", "{plan}: {id}");
        }
    }
    // Without kubectl there is nothing to judge.
    let without = CLUSTER.replace("kubectl = \"/usr/bin/kubectl\", ", "");
    assert!(outcomes(&without, PLAN, &OF_CLUSTER).iter().all(|(_, outcome)| outcome == "skipped"));
}

#[test]
fn a_kubectl_that_hangs_costs_the_facts_of_the_cluster_alone() {
    let run =
        "/usr/bin/kubectl --kubeconfig=/home/a/.kube/config --cache-dir=/dev/null --request-timeout=3s version -o json";
    let hangs = CLUSTER.replacen("\n[[command]]", &format!("errors = {{ 'run {run}' = 'hangs' }}\n\n[[command]]"), 1);
    let found =
        outcomes(&hangs, &format!("{PLAN} --timeout 1s"), &["cluster-reachable", "helm", "microservices-method"]);
    let outcomes: Vec<_> = found.iter().map(|(_, outcome)| outcome.as_str()).collect();
    assert_eq!(outcomes, ["unknown", "pass", "pass"], "helm itself answers");
}

#[test]
fn no_secret_of_a_cluster_is_in_any_format() {
    for format in ["json", "html", "markdown", "junit", "csv", "summary", "prometheus", "nagios", "human"] {
        let run = on(CLUSTER, &format!("{PLAN} --format {format} -v"));
        assert!(!run.stdout.is_empty() && !run.stdout.contains("planted"), "{format}");
        assert!(!run.stderr.contains("planted"), "{format}: {}", run.stderr);
    }
}

const VALUES: &str = "\
image:
  repository: registry.rocket.chat/rocketchat/rocket.chat
  tag: 8.5.1
host: chat.example.com
replicaCount: 2
ingress:
  enabled: true
  ingressClassName: nginx
externalMongodbUrl: mongodb://chat:planted-secret@db:27017/rocketchat?replicaSet=rs0
mongodb:
  enabled: false
microservices:
  enabled: true
  ddpStreamer:
    replicas: 2
extraEnv:
  - name: SMTP_PASSWORD
    value: planted-secret
";

/// A plan for these values.
fn of_values(name: &str, values: &str, arguments: &str) -> Run {
    let file = scratch(name).write("values.yaml", values);
    let plan = "--users 5000 --concurrent 1000 --deployment kubernetes --microservices --manifest";
    let arguments: Vec<_> = plan.split(' ').chain([file.as_str()]).chain(arguments.split(' ')).collect();
    Check::of("rocketchat").on("ubuntu-24.04").with(&arguments).run()
}

fn findings(run: &Run) -> Vec<serde_json::Value> {
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

#[test]
fn right_values_have_no_failing_finding_of_the_deployment() {
    let run = of_values("values-right", VALUES, "--format json");
    let findings = findings(&run);
    let failed = findings.iter().filter(|finding| finding["outcome"] == "fail" && finding["group"] == "Deployment");
    assert_eq!(failed.map(|finding| finding["id"].to_string()).collect::<Vec<_>>(), Vec::<String>::new());
    for id in ["ddp-streamer", "chart-microservices", "chart-host", "chart-ingress", "chart-ingress-class"] {
        let finding = findings.iter().find(|finding| finding["id"] == id).unwrap();
        assert_eq!(finding["outcome"], "pass", "{id}");
    }
}

#[test]
fn wrong_values_are_named_with_file_and_line() {
    for (from, to, id, line) in [
        ("replicas: 2", "replicas: 1", "ddp-streamer", "values.yaml:15"),
        ("  enabled: true\n  ddp", "  enabled: false\n  ddp", "chart-microservices", "values.yaml:13"),
        ("ingress:\n  enabled: true", "ingress:\n  enabled: false", "chart-ingress", "values.yaml:7"),
        ("  ddpStreamer:", "  streamHub: { enabled: true }\n  ddpStreamer:", "stream-hub", "values.yaml:14"),
    ] {
        assert!(VALUES.contains(from), "{from}");
        let values = VALUES.replace(from, to);
        let json = of_values("values-wrong", &values, "--format json");
        let all = findings(&json);
        let finding = all.iter().find(|finding| finding["id"] == id).unwrap();
        assert_eq!(finding["outcome"], "fail", "{to}: {finding}");
        let shown = of_values("values-wrong", &values, "-v").stdout;
        assert!(shown.contains(line), "{to}: {shown}");
    }
}

#[test]
fn what_the_chart_makes_of_values() {
    const BRINGS: &str = "mongodb:\n  enabled: false\n";
    let address = "externalMongodbUrl: mongodb://chat:planted-secret@db:27017/rocketchat?replicaSet=rs0\n";
    let own = VALUES.replace(address, "");
    let hub = |text: &str| VALUES.replace("  ddpStreamer:", &format!("  {text}\n  ddpStreamer:"));
    let off = |text: &str| hub(text).replace("microservices:\n  enabled: true", "microservices:\n  enabled: false");
    for (values, id, outcome) in [
        (own.replace(BRINGS, "mongodb: {architecture: standalone}\n"), "replica-set", "fail"),
        (own.replace(BRINGS, "mongodb: {replicaSet: {enabled: false}}\n"), "replica-set", "fail"),
        (own.replace(BRINGS, ""), "replica-set", "pass"),
        (own.replace(BRINGS, "mongodb: {image: {tag: '5.0'}}\n"), "mongodb-release", "fail"),
        (own.replace(BRINGS, "mongodb: {version: 5.0.0}\n"), "mongodb-release", "fail"),
        (own.replace(BRINGS, "mongodb: {version: 8.0.4}\n"), "mongodb-release", "pass"),
        (hub("streamHub: {enabled: false, replicas: 1}"), "stream-hub", "pass"),
        (hub("streamHub: {replicas: 1}"), "stream-hub", "skipped"),
        (off("streamHub: {enabled: true}"), "stream-hub", "skipped"),
        (hub("streamHub: {enabled: true}"), "stream-hub", "fail"),
        (
            VALUES.replace("    replicas: 2\n", "    resources: {}\nddpStreamer: {replicas: 4}\n"),
            "ddp-streamer",
            "fail",
        ),
        (VALUES.replace("registry.rocket.chat/rocketchat/rocket.chat", "gitea/gitea"), "official-images", "fail"),
    ] {
        let json = of_values("values-chart", &values, "--format json");
        let all = findings(&json);
        let finding = all.iter().find(|finding| finding["id"] == id).unwrap();
        assert_eq!(finding["outcome"], outcome, "{values}: {finding}");
    }
}

#[test]
fn what_is_no_values_file_is_refused() {
    for (text, says) in [
        (
            "apiVersion: apps/v1\nkind: Deployment\n",
            "values.yaml: an object of Kubernetes, kind Deployment, which is not read",
        ),
        ("- a\n", "neither a Compose file"),
        ("", "values.yaml is empty"),
    ] {
        let run = of_values("values-none", text, "--format json");
        assert_eq!(run.code, 2, "{text}");
        assert!(run.stderr.contains(says), "{text}: {}", run.stderr);
    }
}

#[test]
fn no_secret_of_values_is_in_any_format() {
    for format in ["json", "html", "markdown", "junit", "csv", "summary", "prometheus", "nagios", "human"] {
        let wrong = VALUES.replace("?replicaSet=rs0", "");
        for run in [
            of_values("values-secret", VALUES, &format!("--format {format} -v")),
            of_values("values-secret", &wrong, &format!("--format {format} -v")),
        ] {
            assert!(!run.stdout.is_empty() && !run.stdout.contains("planted"), "{format}");
            assert!(!run.stderr.contains("planted"), "{format}: {}", run.stderr);
        }
    }
}
