use proptest::prelude::*;

use super::*;
use crate::facts::{FactState, Facts, Manifest, Questions, Subject, Value};
use crate::host::Recorded;
use crate::pack::Packs;
use crate::probe::testing::{self, reason, why};

const GOOD: &str = "\
image:
  repository: registry.rocket.chat/rocketchat/rocket.chat
  tag: 8.5.1
host: chat.example.com
replicaCount: 2
externalMongodbUrl: mongodb://chat:planted-secret@db:27017/rocketchat?replicaSet=rs0
mongodb:
  enabled: false
ingress:
  enabled: true
  ingressClassName: nginx
microservices:
  enabled: true
  ddpStreamer:
    replicas: 3
resources:
  limits:
    memory: 4Gi
extraEnv:
  - name: SMTP_PASSWORD
    value: planted-secret
";

fn asked(files: &[(&str, &str)]) -> Facts {
    let manifest = |(name, text): &(&str, &str)| Manifest { name: (*name).to_owned(), text: (*text).to_owned() };
    let manifests = Manifests { files: files.iter().map(manifest).collect(), ..Manifests::default() };
    let applications = vec![Packs::built_in().read("rocketchat").unwrap().application.clone()];
    let questions = Questions { manifests, applications, ..Questions::default() };
    testing::ask_with(&questions, Subject::Deployment, &Recorded::default())
}

fn facts(text: &str) -> Facts {
    asked(&[("values.yaml", text)])
}

fn shown(facts: &Facts, name: &str) -> String {
    match &facts[name].state {
        FactState::Known(Value::Excerpts(excerpts)) => {
            excerpts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        }
        FactState::Known(value) => format!("{} at {}", serde_json::to_string(value).unwrap(), facts[name].place),
        FactState::Absent => "absent".to_owned(),
        FactState::Unknown { reason, .. } => format!("unknown: {reason}"),
    }
}

#[test]
fn values_have_their_lines() {
    let facts = facts(GOOD);
    for (name, expected) in [
        ("deployment.from", "\"manifest\" at values.yaml"),
        ("deployment.release", "\"8.5.1\" at values.yaml"),
        ("deployment.instances", "2 at values.yaml"),
        ("deployment.memory_limit", "4294967296 at values.yaml:18: memory: 4Gi"),
        ("deployment.unofficial", "absent"),
        ("deployment.unpinned", "absent"),
        ("deployment.variables_missing", "absent"),
        ("deployment.shortcuts", "absent"),
        ("deployment.standalone_mongodb", "absent"),
        ("deployment.no_restart", "absent"),
        ("chart.count.replicas", "2 at values.yaml:5: replicaCount: 2"),
        ("chart.count.ddp_streamer", "3 at values.yaml:15: replicas: 3"),
        ("chart.count.stream_hub", "absent"),
        ("chart.switch.microservices", "true at values.yaml:13: enabled: true"),
        ("chart.switch.ingress", "true at values.yaml:10: enabled: true"),
        ("chart.switch.stream_hub", "absent"),
        ("chart.text.host", "\"chat.example.com\" at values.yaml:4"),
        ("chart.text.ingress_class", "\"nginx\" at values.yaml:11"),
    ] {
        assert_eq!(shown(&facts, name), expected, "{name}");
    }
    assert!(!format!("{facts:?}").contains("planted"));
}

#[test]
fn faults_show_file_and_line() {
    for (from, to, name, expected) in [
        (
            "registry.rocket.chat/rocketchat",
            "acme",
            "deployment.unofficial",
            "values.yaml:3: repository: acme/rocket.chat, tag: 8.5.1",
        ),
        (
            "tag: 8.5.1",
            "tag: latest",
            "deployment.unpinned",
            "values.yaml:3: repository: registry.rocket.chat/rocketchat/rocket.chat, tag: latest",
        ),
        (
            "?replicaSet=rs0",
            "",
            "deployment.standalone_mongodb",
            "values.yaml:6: externalMongodbUrl: mongodb://***@db:27017/rocketchat",
        ),
        (
            "SMTP_PASSWORD\n    value: planted-secret",
            "BYPASS_OPLOG_VALIDATION\n    value: 'true'",
            "deployment.shortcuts",
            "values.yaml:20: name: BYPASS_OPLOG_VALIDATION",
        ),
        (
            "mongodb://chat:planted-secret@db:27017/rocketchat?replicaSet=rs0",
            "",
            "deployment.variables_missing",
            "values.yaml:3: repository: registry.rocket.chat/rocketchat/rocket.chat, tag: 8.5.1 has an empty MONGO_URL",
        ),
    ] {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(shown(&facts(&GOOD.replace(from, to)), name), expected, "{from} -> {to}");
    }
}

#[test]
fn the_old_layout_and_what_the_chart_sets() {
    let old = facts("host: chat.example.com\nddpStreamer:\n  replicas: 4\nstreamHub:\n  replicas: 2\n");
    // Which chart it is, the values do not say.
    assert_eq!(shown(&old, "chart.count.ddp_streamer"), "4 at values.yaml:3: replicas: 4");
    assert_eq!(shown(&old, "chart.count.stream_hub"), "absent");
    assert_eq!(shown(&old, "chart.count.replicas"), "1 at the chart's own value");
    assert_eq!(shown(&old, "chart.switch.ingress"), "false at the chart's own value");
    assert!(reason(&old["chart.switch.microservices"]).contains("what the chart has depends on its version"));
    // The version of the chart names a release, which nobody knows here.
    assert_eq!(shown(&old, "deployment.unpinned"), "absent");
    let expected = "values.yaml: without image.tag, the version of the chart names the release";
    assert_eq!(
        (why(&old["deployment.release"]), reason(&old["deployment.release"])),
        (Some(Why::NotDetermined), expected)
    );
    // Its own MongoDB is a replica set.
    assert_eq!(shown(&old, "deployment.standalone_mongodb"), "absent");
    let secret = facts("existingMongodbSecret: mongo\n");
    assert_eq!(
        shown(&secret, "deployment.standalone_mongodb"),
        "unknown: values.yaml:1: the address of MongoDB is in a secret of the cluster"
    );
}

#[test]
fn the_mongodb_that_the_chart_brings() {
    let own =
        GOOD.replace("externalMongodbUrl: mongodb://chat:planted-secret@db:27017/rocketchat?replicaSet=rs0\n", "");
    let of = |mongodb: &str| facts(&own.replace("  enabled: false\ningress", &format!("  {mongodb}\ningress")));
    for (mongodb, standalone, version) in [
        ("enabled: true", "absent", "absent"),
        ("architecture: standalone", "values.yaml:7: architecture: standalone", "absent"),
        ("architecture: replicaset", "absent", "absent"),
        ("replicaSet: {enabled: false}", "values.yaml:7: enabled: false", "absent"),
        ("replicaSet: {enabled: true}", "absent", "absent"),
        (
            "replicaSet: {enabled: 'no'}",
            "unknown: values.yaml:7: mongodb.replicaSet.enabled is not true or false",
            "absent",
        ),
        ("version: 5.0.0", "absent", "\"5.0.0\" at values.yaml"),
        ("image: {tag: '5.0'}", "absent", "\"5.0\" at values.yaml"),
        ("image: {tag: latest}", "absent", "unknown: values.yaml:7: the tag latest names no release"),
    ] {
        let facts = of(mongodb);
        assert_eq!(shown(&facts, "deployment.standalone_mongodb"), standalone, "{mongodb}");
        assert_eq!(shown(&facts, "deployment.mongodb"), version, "{mongodb}");
        assert_eq!(shown(&facts, "deployment.unpinned"), "absent", "{mongodb}");
    }
    // One that is not used.
    let other = facts(&GOOD.replace("mongodb:\n", "mongodb:\n  version: 5.0.0\n  architecture: standalone\n"));
    assert_eq!(shown(&other, "deployment.mongodb"), "absent");
    assert_eq!(shown(&other, "deployment.standalone_mongodb"), "absent");
}

#[test]
fn which_values_are_of_the_product() {
    let applications = [Packs::built_in().read("rocketchat").unwrap().application.clone()];
    let deploys = |text: &str| {
        let manifest = Manifest { name: "values.yaml".to_owned(), text: text.to_owned() };
        let manifest = Manifests { files: vec![manifest], ..Manifests::default() };
        crate::probe::deployment::deploys(&manifest, &applications[0])
    };
    for (text, expected) in [
        (GOOD, true),
        ("microservices: {enabled: true}\n", true),
        ("externalMongodbUrl: x\n", true),
        ("image: {repository: acme/rocket.chat}\n", true),
        ("host: x\n", false),
        ("ingress: {enabled: true}\nreplicaCount: 2\nmongodb: {enabled: true}\n", false),
        ("image: {tag: 8.5.1}\n", false),
        ("image: {repository: gitea/gitea}\ningress: {enabled: true}\n", false),
        ("image: {repository: gitea/gitea}\nmicroservices: {enabled: true}\n", false),
    ] {
        assert_eq!(deploys(text), expected, "{text}");
    }
    let other = facts("image:\n  repository: gitea/gitea\n  tag: 1.24.2\n");
    assert_eq!(shown(&other, "deployment.unofficial"), "values.yaml:3: repository: gitea/gitea, tag: 1.24.2");
    assert_eq!(shown(&other, "deployment.instances"), "unknown: no service has an image of the product");
}

#[test]
fn later_files_count_more() {
    let both = |second: &str| asked(&[("values.yaml", GOOD), ("site.yaml", second)]);
    let facts = both("microservices:\n  ddpStreamer: { replicas: 5 }\n");
    assert_eq!(shown(&facts, "chart.count.ddp_streamer"), "5 at site.yaml:2: replicas: 5");
    assert_eq!(shown(&facts, "chart.switch.microservices"), "true at values.yaml:13: enabled: true");
    assert_eq!(shown(&facts, "deployment.instances"), "2 at values.yaml, site.yaml");
    let removed = both("microservices: null\n");
    assert!(
        reason(&removed["chart.switch.microservices"])
            .contains("site.yaml:1: nothing is in the place of microservices.enabled")
    );
}

#[test]
fn wrong_types_are_unknown_with_their_line() {
    for (text, name) in [
        ("replicaCount: two\nhost: x\n", "chart.count.replicas"),
        ("replicaCount: -1\nhost: x\n", "chart.count.replicas"),
        ("replicaCount: [2]\nhost: x\n", "chart.count.replicas"),
        ("ingress:\n enabled: 'false'\nhost: x\n", "chart.switch.ingress"),
        ("ingress: on\nhost: x\n", "chart.switch.ingress"),
        ("host: [x]\n", "chart.text.host"),
        ("host: x\nimage: {tag: [1]}\n", "deployment.unofficial"),
        ("host: x\nextraEnv: 7\n", "deployment.shortcuts"),
        ("host: x\nextraEnv: |\n  {{ if }}\n", "deployment.shortcuts"),
        ("host: x\nextraSecret: more\n", "deployment.shortcuts"),
    ] {
        let facts = facts(text);
        assert!(reason(&facts[name]).starts_with("values.yaml:"), "{text}: {:?}", facts[name]);
    }
    // Helm reads the words of YAML 1.1.
    assert_eq!(facts("ingress:\n  enabled: off\n")["chart.switch.ingress"].value(), Some(&Value::Bool(false)));
    let text = "host: x\nextraEnv: |\n  - name: SKIP_MONGODEPRECATION_CHECK\n    value: 'yes'\n";
    assert_eq!(shown(&facts(text), "deployment.shortcuts"), "values.yaml:3: name: SKIP_MONGODEPRECATION_CHECK");
}

#[test]
fn what_is_no_values_file_is_refused() {
    let applications = [Packs::built_in().read("rocketchat").unwrap().application.clone()];
    for (text, says) in [
        (
            "apiVersion: v1\nkind: Service\nhost: x\n",
            "values.yaml: an object of Kubernetes, kind Service, which is not read",
        ),
        ("apiVersion: v1\n---\napiVersion: v1\n", "values.yaml: an object of Kubernetes, which is not read"),
        ("some: thing\n", NEITHER),
        ("- host\n", NEITHER),
        ("", NEITHER),
        ("host: x\n---\nhost: y\n", "values are one document"),
        ("host: x\nhost: y\n", "values.yaml:2: "),
    ] {
        let manifest = Manifest { name: "values.yaml".to_owned(), text: text.to_owned() };
        let manifest = Manifests { files: vec![manifest], ..Manifests::default() };
        let error = Values::read(&manifest, &applications).map(|_| ()).unwrap_err();
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn a_recording_of_installed_values_says_the_same() {
    let applications = [Packs::built_in().read("rocketchat").unwrap().application.clone()];
    let added = |variables: &str| format!("{GOOD}{variables}\n");
    for text in [
        GOOD.to_owned(),
        added("  - { name: MONGO_URL, value: 'mongodb://u:planted-secret@db.example.com/chat' }"),
        added("  - { name: MONGO_URL, value: planted-secret }"),
        added("  - { name: MONGO_URL, value: '{{ planted-secret }}' }"),
        added("  - { name: MONGO_URL, valueFrom: { secretKeyRef: { name: planted-secret } } }"),
        added("  - { name: BYPASS_MONGO_VALIDATION, value: 'true' }"),
    ] {
        let kept = essence(&text, &applications);
        assert!(!kept.contains("planted"), "{kept}");
        let reported = |text: &str| {
            let chart = applications[0].chart.as_ref().unwrap();
            let values = Values::installed(chart, text, "values").unwrap();
            let (send, receive) = channel();
            values.report(false, &Sink::new(send.clone()));
            rules::report("cluster", "values", &values.services(&applications[0]), &applications, &Sink::new(send));
            // The lines are those of another file.
            let known = receive.try_iter().map(|(name, fact)| match fact.state {
                FactState::Known(Value::Excerpts(_)) => (name, "excerpts".to_owned()),
                FactState::Unknown { why, .. } => (name, format!("{why:?}")),
                state => (name, format!("{state:?}")),
            });
            known.collect::<Vec<_>>()
        };
        assert_eq!(reported(&text), reported(&kept), "{text}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in "((host|image|ingress|extraEnv|mongodb|microservices):( [a-z0-9{}\\[\\]|]{0,4})?\n( {1,2}(enabled|tag|replicas|- name|value): ?[a-z0-9]{0,3}\n){0,3}){0,5}") {
        let manifest = Manifest { name: "v".to_owned(), text };
        let manifest = Manifests { files: vec![manifest], ..Manifests::default() };
        let applications = [Packs::built_in().read("rocketchat").unwrap().application.clone()];
        if let Ok((values, application)) = Values::read(&manifest, &applications) {
            let (send, _receive) = channel();
            values.report(false, &Sink::new(send));
            values.services(application);
        }
        }
}
