use proptest::prelude::*;

use super::kubectl::{END, NO_CACHE, PLUGINS, TIMEOUT, missing_right};
use super::workloads::{OF_ALL, OF_WORKLOAD, name_and_version};
use super::*;
use crate::facts::{Facts, Questions, Subject, Value};
use crate::host::Recorded;
use crate::pack::Packs;
use crate::probe::testing::{self, reason, why};

const NODES_OF_THREE: &str = "\
control|True|true|NoSchedule |4|8145864Ki|
worker-1|True||NoSchedule |16|32Gi|
worker-2|True|||16|32654321Ki|
worker-3|True||PreferNoSchedule |15500m|33G|
worker-4|Unknown||NoExecute |16|32Gi|
end";
const VERSIONS: &str = r#"{"clientVersion":{"gitVersion":"v1.32.4","platform":"linux/amd64"},"kustomizeVersion":"v5.5.0","serverVersion":{"gitVersion":"v1.31.5+k3s1"}}"#;
const WORKLOADS: &str = "\
chat|rc-rocketchat|2|2|registry.rocket.chat/rocketchat/rocket.chat:8.5.1 |MONGO_URL ROOT_URL TRANSPORTER |||2Gi|rocketchat-6.27.1|chat|rc|rc|
chat|rc-ddp-streamer|2|1|rocketchat/ddp-streamer-service:8.5.1 |MONGO_URL TRANSPORTER ||||rocketchat-6.27.1|chat|rc|rc|
chat|rc-mongodb|1|1|docker.io/bitnami/mongodb:8.0 |MONGODB_REPLICA_SET_MODE ||||mongodb-16.0.0|chat|rc|rc|
shop|db|3|3|postgres:17 |PASSWORD ||||||||
end";
const VALUES: &str = "\
externalMongodbUrl: null
extraEnv: []
host: chat.example.com
image:
  repository: registry.rocket.chat/rocketchat/rocket.chat
  tag: 8.5.1
ingress:
  enabled: true
microservices:
  enabled: true
  ddpStreamer:
    replicas: 1
mongodb:
  auth:
    rootPassword: planted-secret
  enabled: true
smtp:
  password: planted-secret
";

fn questions() -> Questions {
    let application = Packs::built_in().read("rocketchat").unwrap().application.clone();
    Questions { cluster: true, applications: vec![application], ..Questions::default() }
}

fn command(arguments: &str, answer: &str) -> String {
    format!("[[command]]\nrun = '/usr/bin/kubectl --kubeconfig=/home/a/.kube/config {arguments}'\n{answer}\n")
}

fn asked(what: &str, fields: &str, answer: &str) -> String {
    command(&format!("{NO_CACHE} {TIMEOUT} get {what} {fields}"), answer)
}

fn stdout(text: &str) -> String {
    format!("stdout = '''\n{text}'''")
}

/// A machine of a user with kubectl, helm and a kubeconfig. `answers` come before the others.
fn host(answers: &str) -> Recorded {
    let answers = format!(
        "user = {{ uid = 1000, groups = [1000] }}\nvariables = {{ HOME = '/home/a' }}\n\
         tools = {{ kubectl = '/usr/bin/kubectl', helm = '/usr/local/bin/helm' }}\n\
         [files]\n'/home/a/.kube/config' = 'token: planted-secret'\n{answers}{}{}{}{}{}\
         [[command]]\nrun = '/usr/local/bin/helm version --short'\nstdout = 'v3.16.2+g13654a5'\n\
         [[command]]\nrun = '/usr/local/bin/helm get values rc --namespace=chat --all --output=yaml --kubeconfig=/home/a/.kube/config'\n{}\n",
        command(&format!("{NO_CACHE} {TIMEOUT} version -o json"), &stdout(VERSIONS)),
        asked("nodes", OF_NODE, &stdout(NODES_OF_THREE)),
        asked("storageclasses", OF_STORAGE_CLASS, &stdout("fast|||\nlocal-path|true||\nend")),
        asked("ingressclasses", OF_INGRESS_CLASS, &stdout("nginx||\ntraefik||\nend")),
        asked(&OF_ALL.join(" "), OF_WORKLOAD, &stdout(WORKLOADS)),
        stdout(VALUES),
    );
    Recorded::default().answering(&answers).unwrap()
}

fn probed(host: &Recorded) -> Facts {
    testing::ask_with(&questions(), Subject::Cluster, host)
}

fn texts(facts: &Facts, name: &str) -> Vec<String> {
    match facts[name].value() {
        Some(Value::Excerpts(excerpts)) => excerpts.iter().map(ToString::to_string).collect(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn nothing_is_asked_that_the_operator_did_not_ask_for() {
    let facts = testing::ask_with(&Questions::default(), Subject::Cluster, &host(""));
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[CLUSTER_STATE].state, FactState::Absent);
}

#[test]
fn nodes_that_are_ready_and_open_count() {
    let facts = probed(&host(""));
    assert_eq!(facts[CLUSTER_STATE].text(), Some("reachable"));
    assert_eq!((facts[CLIENT].text(), facts[SERVER].text()), (Some("1.32.4"), Some("1.31.5+k3s1")));
    assert_eq!(facts[NODES].value(), Some(&Value::Count(5)));
    assert_eq!(facts[CPUS].value(), Some(&Value::Number(31.5)));
    assert_eq!(facts[MEMORY].value(), Some(&Value::Count(32_654_321 * 1024 + 33_000_000_000)));
    assert_eq!(texts(&facts, NOT_READY), ["node worker-4: Ready: Unknown"]);
    assert_eq!(facts[STORAGE_CLASS].text(), Some("local-path"));
    assert_eq!(facts[INGRESS_CLASSES].value(), Some(&Value::List(vec!["nginx".into(), "traefik".into()])));
    assert_eq!(facts[INGRESS_CLASS].state, FactState::Absent);
    assert_eq!(facts[HELM].text(), Some("3.16.2+g13654a5"));
    assert_eq!(texts(&facts, REPLICAS_MISSING), ["chat/rc-ddp-streamer: 1 of 2 replicas are ready"]);
}

#[test]
fn the_older_annotation_makes_a_default_class_too() {
    let answer = stdout("fast|||\nlegacy||true|\nend");
    let facts = probed(&instead(&format!("{NO_CACHE} {TIMEOUT} get storageclasses {OF_STORAGE_CLASS}"), &answer));
    assert_eq!(facts[STORAGE_CLASS].text(), Some("legacy"));
}

/// A host whose recorded answer to a command is another one.
fn instead(arguments: &str, answer: &str) -> Recorded {
    let run = format!("'run /usr/bin/kubectl --kubeconfig=/home/a/.kube/config {arguments}'");
    match answer.strip_prefix("error ") {
        Some(error) => host(&format!("[errors]\n{run} = {error}\n")),
        None => Recorded::default()
            .answering(&format!(
                "user = {{ uid = 1000, groups = [1000] }}\nvariables = {{ HOME = '/home/a' }}\n\
                 tools = {{ kubectl = '/usr/bin/kubectl' }}\n[files]\n'/home/a/.kube/config' = ''\n{}{}",
                command(arguments, answer),
                if arguments.contains("version") {
                    String::new()
                } else {
                    command(&format!("{NO_CACHE} {TIMEOUT} version -o json"), &stdout(VERSIONS))
                }
            ))
            .unwrap(),
    }
}

#[test]
fn a_server_that_does_not_answer() {
    let version = format!("{NO_CACHE} {TIMEOUT} version -o json");
    let client = r#"{"clientVersion":{"gitVersion":"v1.32.4"}}"#;
    let failed = |words: &str| format!("code = 1\n{}\nstderr = '{words}'", stdout(client));
    for (answer, state, expected) in [
        (failed("The connection to the server 127.0.0.1:6443 was refused"), Some("unreachable"), Why::Unreadable),
        (failed("error: You must be logged in to the server (Unauthorized)"), None, Why::Unreadable),
        ("code = 1\nstderr = 'error: error loading config file'".to_owned(), None, Why::Unreadable),
        ("error 'timed-out'".to_owned(), None, Why::TimedOut),
    ] {
        let facts = probed(&instead(&version, &answer));
        assert_eq!(facts[CLUSTER_STATE].text(), state, "{answer}");
        for name in OF_SERVER.iter().chain(&[SERVER]) {
            assert_eq!(why(&facts[*name]), Some(expected), "{answer}: {name}");
        }
    }
    let below_root = probed(&instead(&version, "error { not-asked = 'commands are not run there' }"));
    assert_eq!(below_root[CLUSTER_STATE].state, FactState::Absent);
}

#[test]
fn an_answer_that_is_cut_or_refused_is_unknown() {
    let nodes = format!("{NO_CACHE} {TIMEOUT} get nodes {OF_NODE}");
    for (answer, expected, says) in [
        (stdout("control|True|true|NoSchedule |4|8145864Ki|\nworker-1|Tr"), Why::Unreadable, "not whole"),
        (stdout(""), Why::Unreadable, "not whole"),
        (
            "code = 1\nstderr = 'Error from server (Forbidden): nodes is forbidden: User \"a\" cannot list resource \"nodes\" in API group \"\" at the cluster scope'"
                .to_owned(),
            // Root of this machine is told no more.
            Why::Unreadable,
            "`kubectl auth can-i list nodes --all-namespaces` has to answer yes",
        ),
    ] {
        let facts = probed(&instead(&nodes, &answer));
        for name in [NODES, NOT_READY, CPUS, MEMORY] {
            assert_eq!(why(&facts[name]), Some(expected), "{answer}: {name}");
            assert!(reason(&facts[name]).contains(says), "{}", reason(&facts[name]));
        }
    }
    let strange = probed(&instead(&nodes, &stdout("a|True|||four|1Gi|\nb|True|||4|1Gi|\nend")));
    assert_eq!(why(&strange[CPUS]), Some(Why::Unreadable));
    assert_eq!(strange[MEMORY].value(), Some(&Value::Count(2 << 30)));
}

#[test]
fn which_kubeconfig_is_used() {
    let state = |answers: &str| {
        let host = Recorded::default().answering(&format!("tools = {{ kubectl = '/usr/bin/kubectl' }}\n{answers}"));
        probed(&host.unwrap())[CLUSTER_STATE].clone()
    };
    let user = "user = { uid = 1000, groups = [1000] }\n";
    assert_eq!(state(&format!("{user}variables = {{ HOME = '/home/a' }}")).state, FactState::Absent);
    for variable in ["/a:/b", "config", "/not/there"] {
        let named = state(&format!("{user}variables = {{ KUBECONFIG = '{variable}' }}"));
        assert_eq!(why(&named), Some(Why::NotDetermined), "{variable}");
    }
    // As root, somebody else's kubeconfig is not used, and no program that a kubeconfig names is run.
    let root =
        "user = { uid = 0, groups = [0] }\nvariables = { KUBECONFIG = '/etc/kube' }\n[files]\n'/etc/kube' = ''\n";
    let others =
        state(&format!("{root}[stat]\n'/etc/kube' = {{ kind = 'file', uid = 1000, gid = 1000, mode = 0o600 }}"));
    assert!(reason(&others).contains("user 1000 can change /etc/kube"), "{others:?}");
    let view = |answer: &str| {
        let run = format!("/usr/bin/kubectl --kubeconfig=/etc/kube config view --minify {PLUGINS}");
        state(&format!("{root}[[command]]\nrun = '{run}'\nstdout = '{answer}'\n"))
    };
    assert!(reason(&view("aws")).contains("has `aws` bring the token, which is not run as root"));
    // The next command is not recorded, so it is not asked.
    assert_eq!(view("").state, FactState::Absent);
}

#[test]
fn what_runs_makes_the_facts_of_the_deployment() {
    let facts = testing::ask_with(&questions(), Subject::Deployment, &host(""));
    assert_eq!(facts["deployment.from"].text(), Some("cluster"));
    assert_eq!(facts["deployment.release"].text(), Some("8.5.1"));
    assert_eq!(facts["deployment.instances"].value(), Some(&Value::Count(2)));
    assert_eq!(facts["deployment.memory_limit"].value(), Some(&Value::Count(2 << 30)));
    for name in ["unofficial", "unpinned", "variables_missing", "standalone_mongodb", "no_restart", "public_backends"] {
        assert_eq!(facts[&format!("deployment.{name}")].state, FactState::Absent, "{name}");
    }
    assert_eq!((facts["chart.name"].text(), facts["chart.version"].text()), (Some("rocketchat"), Some("6.27.1")));
    assert_eq!(facts["chart.text.host"].text(), Some("chat.example.com"));
    assert_eq!(facts["chart.switch.microservices"].value(), Some(&Value::Bool(true)));
    // Two run, whatever the values say.
    assert_eq!(facts["chart.count.ddp_streamer"].value(), Some(&Value::Count(2)));
    assert_eq!(facts["chart.count.stream_hub"].state, FactState::Absent);
    assert!(!format!("{facts:?}").contains("planted"));
}

#[test]
fn without_helm_the_values_are_unknown_and_what_runs_is_not() {
    let workloads = format!("{NO_CACHE} {TIMEOUT} get {} {OF_WORKLOAD}", OF_ALL.join(" "));
    let facts = testing::ask_with(&questions(), Subject::Deployment, &instead(&workloads, &stdout(WORKLOADS)));
    assert_eq!(facts["chart.count.ddp_streamer"].value(), Some(&Value::Count(2)));
    assert!(reason(&facts["chart.switch.microservices"]).contains("helm is not on the search path"));
    assert_eq!(why(&facts["deployment.standalone_mongodb"]), Some(Why::NotDetermined));
    assert_eq!(facts["deployment.unpinned"].state, FactState::Absent);
    // Nothing of the product: nothing tells of a deployment.
    let none = testing::ask_with(&questions(), Subject::Deployment, &instead(&workloads, &stdout("end")));
    assert_eq!(none["deployment.from"].state, FactState::Absent);
    assert_eq!(none["chart.count.ddp_streamer"].state, FactState::Absent);
}

#[test]
fn a_recording_keeps_the_product_alone_and_gives_the_same_facts() {
    let applications = questions().applications;
    let workloads = format!("/usr/bin/kubectl get {} {OF_WORKLOAD}", OF_ALL.join(" "));
    let kept = essence(&workloads, WORKLOADS, &applications).unwrap();
    assert_eq!(kept.lines().count(), 4, "{kept}");
    assert!(!kept.contains("shop") && kept.ends_with(END));
    let values = essence("/usr/bin/helm get values rc --all", VALUES, &applications).unwrap();
    assert!(!values.contains("planted"), "{values}");
    assert!(values.contains(r#""tag":"8.5.1""#) && values.contains(r#""enabled":true"#), "{values}");
    assert_eq!(essence("/usr/bin/jq --version", "jq-1.7", &applications), None);
}

/// The facts of a deployment for these workloads, one line each.
fn deployed(workloads: &str) -> Facts {
    let arguments = format!("{NO_CACHE} {TIMEOUT} get {} {OF_WORKLOAD}", OF_ALL.join(" "));
    testing::ask_with(&questions(), Subject::Deployment, &instead(&arguments, &stdout(workloads)))
}

#[test]
fn an_image_that_has_the_name_of_the_products_counts() {
    let others = deployed(
        &WORKLOADS
            .replace("registry.rocket.chat/rocketchat/rocket.chat:8.5.1", "acme/rocket.chat:latest")
            .replace("rocketchat/ddp-streamer-service:8.5.1", "acme/ddp-streamer-service:latest"),
    );
    for name in ["unofficial", "unpinned"] {
        let expected = [
            "chat/rc-rocketchat: image: acme/rocket.chat:latest",
            "chat/rc-ddp-streamer: image: acme/ddp-streamer-service:latest",
        ];
        assert_eq!(texts(&others, &format!("deployment.{name}")), expected, "{name}");
    }
    assert_eq!(others["deployment.instances"].value(), Some(&Value::Count(2)));
    assert_eq!(others["chart.count.ddp_streamer"].value(), Some(&Value::Count(2)));
    let copies = deployed(&WORKLOADS.replace("rocketchat/ddp", "registry.example.com/rocketchat/ddp"));
    assert!(reason(&copies["deployment.unofficial"]).contains("a copy of the vendor's image, or another one"));
    // Its name is common: where the application does not run, it is somebody else's.
    let elsewhere = deployed(&WORKLOADS.replace("postgres:17", "shop/account-service:latest"));
    assert_eq!(elsewhere["deployment.unofficial"].state, FactState::Absent);
    let kept = |workloads: &str| {
        essence(&format!("kubectl get {} x", OF_ALL.join(" ")), workloads, &questions().applications).unwrap()
    };
    assert_eq!(kept(&WORKLOADS.replace("postgres:17", "shop/account-service:latest")), kept(WORKLOADS));
    assert!(kept(&WORKLOADS.replace("rocketchat/ddp", "acme/ddp")).contains("acme/ddp-streamer-service"));
}

#[test]
fn pods_of_several_releases_are_no_sum() {
    let again = |to: &str| format!("{}{WORKLOADS}", WORKLOADS.replace(END, "").replace("chat|", to));
    let two = deployed(&again("staging|"));
    for name in
        ["deployment.instances", "chart.count.ddp_streamer", "chart.count.replicas", "chart.switch.microservices"]
    {
        let expected = "several releases: chat/rc, staging/rc; judge each by its values, with --manifest";
        assert_eq!(reason(&two[name]), expected, "{name}");
    }
    assert_eq!(two["chart.count.stream_hub"].state, FactState::Absent);
    assert_eq!(two["deployment.release"].text(), Some("8.5.1"));
    // Without Helm, the label tells them apart.
    let by_label = |text: &str| text.replace("|rocketchat-6.27.1|chat|rc|rc|", "||||rc|");
    let one = by_label(WORKLOADS);
    assert_eq!(deployed(&one)["deployment.instances"].value(), Some(&Value::Count(2)));
    let two = format!("{}{one}", one.replace(END, "").replace("||||rc|", "||||test|"));
    assert!(reason(&deployed(&two)["deployment.instances"]).starts_with("several releases: chat/rc, chat/test;"));
}

#[test]
fn the_right_that_is_missing() {
    for (complaint, expected) in [
        (
            "User \"a\" cannot list resource \"deployments\" in API group \"apps\" at the cluster scope",
            Some("list deployments.apps --all-namespaces"),
        ),
        (
            "User \"a\" cannot list resource \"secrets\" in API group \"\" in the namespace \"chat\"",
            Some("list secrets --namespace=chat"),
        ),
        ("cannot list resource \"secrets; x\" in API group \"\"", None),
        ("error: You must be logged in to the server (Unauthorized)", None),
    ] {
        assert_eq!(missing_right(complaint).as_deref(), expected, "{complaint}");
    }
}

#[test]
fn quantities_of_kubernetes() {
    for (text, expected) in [
        ("4", Some(4.0)),
        ("3920m", Some(3.92)),
        ("0.5", Some(0.5)),
        ("16393244Ki", Some(16_786_681_856.0)),
        ("2Gi", Some(2_147_483_648.0)),
        ("16G", Some(16e9)),
        ("1e3", Some(1000.0)),
        ("128974848000m", Some(128_974_848.0)),
        ("", None),
        ("-1", None),
        ("inf", None),
        ("NaN", None),
        ("1Xi", None),
    ] {
        assert_eq!(quantity(text), expected, "{text}");
    }
}

#[test]
fn the_parts_of_a_chart_label() {
    for (label, expected) in [
        ("rocketchat-6.27.1", Some(("rocketchat", "6.27.1"))),
        ("my-chat-6.28.0-rc.1", Some(("my-chat", "6.28.0-rc.1"))),
        ("rocketchat", None),
    ] {
        assert_eq!(name_and_version(label), expected, "{label}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = (quantity(&text), name_and_version(&text), essence("kubectl get deployments,statefulsets", &text, &[]));
    }

    #[test]
    fn more_is_never_less(small in 0u32..1_000_000, more in 1u32..1_000_000, unit in "(Ki|Mi|Gi|k|M|G|m)?") {
        let of = |number: u32| quantity(&format!("{number}{unit}")).unwrap();
        prop_assert!(of(small) < of(small + more));
    }
}
