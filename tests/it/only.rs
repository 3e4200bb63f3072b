//! `--only`: chosen checks are judged as among all others, nothing else is read, and every format says that it is partial.

use std::sync::Arc;

use rampcheck::host::{Recorded, Remembering};
use rampcheck::inspect::{Request, Source, inspect};
use rampcheck::pack::Packs;
use rampcheck::plan::Intent;
use rampcheck::redact::Redactor;
use rampcheck::report::Report;

use crate::support::{Check, DAY, in_parallel, rampcheck, recorded, scratch};

/// Hosts that differ in what they have and in what could be read.
const HOSTS: [&str; 4] = ["backend-exposed", "docker-stopped", "permission-denied", "vm-16gb-virtio"];
const TIERS: [(&str, &str); 2] = [("cometchat", "qa"), ("rocketchat", "vps-recommended")];

#[test]
fn chosen_checks_decide_and_the_verdict_says_that_it_is_partial() {
    let all = Check::of("cometchat").tier("qa").on("vm-14gib");
    assert_eq!(all.report().ids("failed"), ["memory"]);
    let partial =
        "partial: only 1 of 43 checks was judged; by these, this host qualifies for CometChat on-premise, tier qa";
    let report = all.clone().with(&["--only", "cpu"]).report();
    assert_eq!((report.verdict(), report["sentence"].as_str()), ("supported", Some(partial)));
    assert_eq!(report["plan"]["only"], serde_json::json!(["cpu"]));
    assert_eq!(report["next"][0]["step"]["kind"], "judge-rest");
    assert_eq!(report.findings().len(), 1);
    let of_group = all.clone().with(&["--only", "size", "--only", "port-80,port-443"]).report();
    let ids: Vec<_> = of_group.findings().into_iter().map(|finding| finding.id).collect();
    assert_eq!(ids, ["cpu", "memory", "tier-holds-plan", "port-443", "port-80"]);
    assert_eq!(of_group.verdict(), "unsupported");

    let only = all.clone().with(&["--only", "cpu"]);
    only.expect(0).says(&["SUPPORTED: partial: only 1 of 43", "--only cpu: no other check was judged"]);
    let nagios = only.clone().format("nagios").expect(0);
    assert!(nagios.stdout.starts_with("RAMPCHECK OK - cometchat qa, partial: 1 check"), "{}", nagios.stdout);
    only.clone().format("junit").expect(0).says(&["name=\"partial\" value=\"only 1 of 43 checks was judged\""]);
    only.clone().format("html").expect(0).says(&[partial]);
}

#[test]
fn a_partial_report_is_verified_and_judged_again_as_it_is() {
    let folder = scratch("only");
    let text =
        Check::of("cometchat").tier("qa").on("vm-14gib").with(&["--only", "size"]).format("json").expect(3).stdout;
    let report = folder.write("report.json", text);
    rampcheck(&["verify", &report]).expect(0).says(&["the whole report is the same"]);
    rampcheck(&["show", "--ticket", &report])
        .expect(0)
        .says(&["(3 checks: ", "; partial: only 3 of 43 checks were judged"]);
    rampcheck(&["evaluate", &report, "--today", DAY]).expect(3).says(&["partial: only 3 of 43"]);
    rampcheck(&["evaluate", &report, "--only", "cpu"]).expect(0).says(&["partial: only 1 of 43"]);
    let plan = folder.write("plan.toml", "product = \"cometchat\"\ntier = \"qa\"\nonly = [\"cpu\"]\n");
    rampcheck(&["check", "--plan", &plan, "--host", &recorded("vm-14gib")]).expect(0).says(&["only 1 of 43"]);
}

#[test]
fn what_is_not_a_check_or_group_is_refused_with_what_was_meant() {
    let only = |name: &str| Check::of("cometchat").tier("qa").with(&["--only", name]).run();
    only("dokcer")
        .refused("cometchat has no check or group `dokcer` (did you mean `docker`?); groups: operating-system,");
    only("Docker").refused("(did you mean `docker`?)");
    only("docker-engin").refused("(did you mean `docker-engine`?)");
    rampcheck(&["explain", "limits"]).expect(0).says(&["Limits (CometChat on-premise)", "nofile", "--only limits"]);
    rampcheck(&["explain", "nofile"]).expect(0).says(&["Limits (--only limits)"]);
    rampcheck(&["explain", "limit"]).refused("no check, group or fact `limit` (did you mean `limits`?)");
}

/// A recorded host, judged by the checks that these words name.
fn judged(host: &Arc<Recorded>, product: &str, tier: &str, only: &[String]) -> Report {
    let intent = Intent {
        product: Some(product.to_owned()),
        tier: Some(tier.to_owned()),
        only: only.to_vec(),
        ..Intent::default()
    };
    let mut request = Request::at(jiff::Timestamp::now());
    request.today = Some(DAY.parse().unwrap());
    request.intent = intent;
    let source = Source::Host(Arc::new(Remembering::new(Arc::clone(host) as _)), "a test".into());
    inspect(&request, source, &Packs::built_in(), &mut Redactor::default(), &mut |_| {}).unwrap()
}

#[test]
fn a_check_finds_alone_what_it_finds_among_the_others() {
    let packs = Packs::built_in();
    let wrong = in_parallel(&HOSTS, |name| {
        let host = Arc::new(Recorded::load(recorded(name).as_ref()).unwrap());
        let mut wrong = Vec::new();
        for (product, tier) in TIERS {
            let whole = judged(&host, product, tier, &[]);
            let pack = packs.read(product).unwrap();
            for check in pack.of_host(&[]) {
                let part = judged(&host, product, tier, std::slice::from_ref(&check.id));
                let alone = |report: &Report| {
                    let mut finding = report.findings.iter().find(|finding| finding.id == check.id).unwrap().clone();
                    finding.fix.iter_mut().for_each(|fix| fix.after.clear());
                    let found: Vec<_> = finding.found.iter().map(|name| report.facts.get(name).cloned()).collect();
                    (finding, found)
                };
                let (expected, found) = (alone(&whole), alone(&part));
                let reads_less = part.facts.len() < whole.facts.len();
                if expected != found || !reads_less {
                    wrong.push(format!("{name} {}: {expected:?} {found:?}", check.id));
                }
            }
        }
        wrong
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_read_that_the_chosen_checks_do_not_need() {
    let of = |only: &str| {
        let report = Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--only", only]).report();
        let starts = |part: &str| report["facts"].as_object().unwrap().keys().any(|name| name.starts_with(part));
        ["os.", "cpu.", "docker.", "compose.", "tools.jq.", "tools.curl.", "ports.", "storage.data.size", "firewall."]
            .map(starts)
    };
    assert_eq!(of("os-supported"), [true, false, false, false, false, false, false, false, false]);
    assert_eq!(of("curl"), [true, false, false, false, false, true, false, false, false]);
    assert_eq!(of("cpu"), [true, true, true, false, false, false, false, true, false]);
    assert_eq!(of("compose"), [true, false, true, true, false, false, false, false, false]);
}
