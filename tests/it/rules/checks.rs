//! Deployment methods, platforms, remedies, and words for what was found.

use std::process::Command;

use rampcheck::pack::{Packs, Remedy};

use crate::support::{Check, Report, rampcheck};

/// A product on a host that is in order, with these arguments.
#[track_caller]
fn of(product: &str, arguments: &str) -> Report {
    let arguments: Vec<_> = arguments.split_whitespace().collect();
    Check::of(product).on("ubuntu-22.04").with(&arguments).report()
}

/// Rows of arguments, a check and its status.
#[track_caller]
fn hold(product: &str, rows: &[(&str, &str, &str)]) {
    for (arguments, id, status) in rows {
        assert_eq!(of(product, arguments).finding(id).status, *status, "{product} {arguments}: {id}");
    }
}

#[test]
fn cometchat_supports_swarm_and_compose_and_beyond_its_tables_kubernetes() {
    hold(
        "cometchat",
        &[
            ("--tier qa --deployment compose", "deployment-method", "passed"),
            ("--tier qa --deployment swarm", "deployment-method", "passed"),
            ("--tier baseline-10k --deployment swarm", "deployment-method", "passed"),
            ("--tier baseline-10k --deployment compose", "deployment-method", "passed"),
            ("--tier baseline-10k --deployment kubernetes", "deployment-method", "failed"),
            ("--tier baseline-200k --deployment rancher", "deployment-method", "failed"),
            ("--mau 300000 --pcc 1000 --deployment kubernetes", "deployment-method", "passed"),
            ("--mau 300000 --pcc 1000 --deployment openshift", "deployment-method", "passed"),
            ("--mau 300000 --pcc 1000 --deployment nomad", "deployment-method", "failed"),
            // Production is assumed to run in a Swarm, and tier qa on Compose.
            ("--tier baseline-10k", "deployment-method", "passed"),
            ("--tier baseline-10k", "production-in-swarm", "passed"),
            ("--tier qa", "compose", "passed"),
            ("--tier qa --deployment nomad", "deployment-method", "failed"),
            ("--tier qa --deployment process", "deployment-method", "failed"),
            ("--tier qa --deployment snap", "deployment-method", "failed"),
            ("--tier qa --deployment other", "deployment-method", "failed"),
        ],
    );
}

#[test]
fn cometchat_in_production_with_compose_is_a_warning() {
    hold(
        "cometchat",
        &[
            ("--tier baseline-10k --deployment compose", "production-in-swarm", "warning"),
            ("--tier baseline-10k --deployment swarm", "production-in-swarm", "passed"),
            ("--tier qa --deployment compose", "production-in-swarm", "skipped"),
        ],
    );
}

#[test]
fn a_swarm_that_is_not_yet_active_is_no_finding_before_the_installation() {
    for (phase, state, status) in [
        ("install", "inactive", "skipped"),
        ("upgrade", "inactive", "warning"),
        ("run", "inactive", "warning"),
        ("run", "locked", "warning"),
        ("run", "active", "passed"),
    ] {
        let attest = format!("docker.swarm.state={state}");
        let report = Check::of("cometchat").tier("baseline-10k").on("ubuntu-22.04");
        let report = report.with(&["--deployment", "swarm", "--phase", phase, "--attest", &attest]).report();
        assert_eq!(report.finding("swarm-active").status, status, "{phase}, {state}");
    }
    for (phase, managers, status) in
        [("install", 1, "skipped"), ("run", 1, "warning"), ("upgrade", 2, "warning"), ("run", 3, "passed")]
    {
        let attest = format!("docker.swarm.managers={managers}");
        let report = Check::of("cometchat").tier("baseline-10k").on("ubuntu-22.04").with(&[
            "--deployment",
            "swarm",
            "--phase",
            phase,
            "--attest",
            "docker.swarm.state=active",
            "--attest",
            "docker.swarm.control=true",
            "--attest",
            &attest,
        ]);
        assert_eq!(report.report().finding("swarm-managers").status, status, "{phase}, {managers}");
    }
}

#[test]
fn rocketchat_supports_only_containers_of_the_official_image() {
    hold(
        "rocketchat",
        &[
            ("--deployment compose", "official-image", "passed"),
            ("--deployment kubernetes", "official-image", "passed"),
            ("--deployment rancher", "official-image", "passed"),
            ("--deployment openshift", "official-image", "passed"),
            ("--deployment swarm --instances 1", "official-image", "passed"),
            ("--deployment nomad --instances 1", "official-image", "passed"),
            ("--deployment process --instances 1", "official-image", "failed"),
            ("--deployment snap", "official-image", "failed"),
            ("--deployment other --instances 1", "official-image", "failed"),
            // No container of it runs here, but it may run elsewhere.
            ("--deployment compose --phase run", "official-image", "passed"),
        ],
    );
}

#[test]
fn rocketchat_scaled_runs_on_compose_kubernetes_rancher_or_openshift() {
    hold(
        "rocketchat",
        &[
            ("--deployment compose --instances 2", "deployment-method", "passed"),
            ("--deployment kubernetes --instances 2", "deployment-method", "passed"),
            ("--deployment rancher --instances 2", "deployment-method", "passed"),
            ("--deployment openshift --instances 2", "deployment-method", "passed"),
            ("--deployment swarm --instances 2", "deployment-method", "failed"),
            ("--deployment nomad --instances 2", "deployment-method", "failed"),
            ("--deployment swarm --instances 1", "deployment-method", "skipped"),
            ("--deployment nomad --tier guide-small-ha --users 2001", "deployment-method", "failed"),
            ("--deployment nomad --tier guide-small-ha --users 2000", "deployment-method", "skipped"),
        ],
    );
}

#[test]
fn rocketchat_microservices_run_on_kubernetes_by_any_of_its_names() {
    hold(
        "rocketchat",
        &[
            ("--tier enterprise-microservices --deployment kubernetes", "microservices-method", "passed"),
            ("--tier enterprise-microservices --deployment rancher", "microservices-method", "passed"),
            ("--tier enterprise-microservices --deployment openshift", "microservices-method", "passed"),
            ("--tier enterprise-microservices --deployment compose", "microservices-method", "failed"),
        ],
    );
}

#[test]
fn nodes_of_kubernetes_by_any_of_its_names_need_no_docker() {
    for deployment in ["kubernetes", "rancher", "openshift"] {
        let report = Check::of("rocketchat").on("docker-stopped");
        let report =
            report.with(&["--deployment", deployment, "--attest", "docker.engine.state=not-installed"]).report();
        for id in ["docker-installed", "docker-engine", "docker-engine-flavor", "compose"] {
            assert_eq!(report.finding(id).status, "skipped", "{deployment}: {id}");
        }
    }
}

#[test]
fn compose_is_needed_by_those_who_deploy_with_it() {
    for product in ["cometchat", "rocketchat"] {
        for (deployment, status) in [("compose", "failed"), ("swarm", "skipped"), ("nomad", "skipped")] {
            let report = Check::of(product).on("amazon-linux-2023").with(&["--deployment", deployment]).report();
            assert_eq!(report.finding("compose").status, status, "{product}, {deployment}");
        }
    }
}

#[test]
fn the_official_image_is_for_x86_64_and_64_bit_arm() {
    for (arch, architecture, arm) in [
        ("x86_64", "passed", "skipped"),
        ("aarch64", "passed", "passed"),
        ("riscv64", "failed", "skipped"),
        ("i686", "failed", "skipped"),
        ("s390x", "failed", "skipped"),
        ("ppc64le", "failed", "skipped"),
        // The vendor's table of sizes still names 32-bit ARM.
        ("armv6l", "skipped", "warning"),
        ("armv7l", "skipped", "warning"),
        ("armv8l", "skipped", "warning"),
    ] {
        let report = of("rocketchat", &format!("--attest kernel.arch={arch}"));
        let statuses = ["architecture", "architecture-arm"].map(|id| report.finding(id).status);
        assert_eq!(statuses, [architecture, arm], "{arch}");
    }
}

#[test]
fn a_data_file_system_that_is_nearly_full_is_a_warning_for_both_products() {
    for product in ["cometchat", "rocketchat"] {
        for (available, status) in [("14 GB", "warning"), ("60 GB", "passed")] {
            let (size, free) = ("storage.data.size=100 GB", format!("storage.data.available={available}"));
            let report = Check::of(product).on("ubuntu-22.04").with(&["--attest", size, "--attest", &free]).report();
            assert_eq!(report.finding("storage-free").status, status, "{product}, {available}");
        }
    }
}

/// The commands and words that put a finding right.
#[track_caller]
fn fix(report: &Report, id: &str) -> (String, String) {
    let findings = report["findings"].as_array().unwrap();
    let fix = &findings.iter().find(|finding| finding["id"] == id).unwrap()["fix"];
    let lists = ["by_hand", "run", "destructive"].map(|list| fix[list].as_array().into_iter().flatten());
    let run: Vec<_> = lists.into_iter().flatten().filter_map(|line| line.as_str()).collect();
    (fix["text"].as_str().unwrap_or_default().to_owned(), run.join("\n"))
}

/// A host of another distribution, without an engine.
fn bare(product: &str, family: &str, id: &str, version: &str) -> Check {
    let facts = [
        format!("os.family={family}"),
        format!("os.id={id}"),
        format!("os.version_id={version}"),
        "docker.engine.state=not-installed".to_owned(),
    ];
    let attested: Vec<_> = facts.iter().flat_map(|fact| ["--attest", fact]).collect();
    Check::of(product).on("docker-stopped").with(&attested).with(&["--deployment", "compose"])
}

#[test]
fn docker_is_installed_by_the_commands_of_the_distribution() {
    for (family, id, version, command) in [
        ("ubuntu", "ubuntu", "24.04", "https://download.docker.com/linux/ubuntu/gpg"),
        ("ubuntu", "linuxmint", "22", "${UBUNTU_CODENAME:-$VERSION_CODENAME}"),
        ("debian", "debian", "13", "https://download.docker.com/linux/debian/gpg"),
        ("rhel", "rhel", "9.6", "dnf config-manager --add-repo https://download.docker.com/linux/rhel/docker-ce.repo"),
        (
            "rhel",
            "rocky",
            "9.6",
            "dnf config-manager --add-repo https://download.docker.com/linux/centos/docker-ce.repo",
        ),
        (
            "fedora",
            "fedora",
            "43",
            "dnf config-manager addrepo --overwrite --from-repofile=https://download.docker.com/linux/fedora/docker-ce.repo",
        ),
        ("amazon", "amzn", "2023", "sudo dnf install -y docker\n"),
    ] {
        let (_, run) = fix(&bare("rocketchat", family, id, version).report(), "docker-installed");
        assert!(run.contains(command), "{id} {version}: {run}");
    }
    // Docker has no packages for these.
    for (family, id, version) in [("rhel", "rhel", "7.9"), ("rhel", "centos", "7"), ("debian", "raspbian", "12")] {
        let (text, run) = fix(&bare("rocketchat", family, id, version).report(), "docker-installed");
        assert!(run.is_empty() && !text.is_empty(), "{id} {version}: {text} {run}");
    }
    let (_, run) = fix(&bare("cometchat", "rhel", "rhel", "7.9").report(), "jq");
    assert_eq!(run, "", "Red Hat's release 7 has no dnf");
}

#[test]
fn compose_comes_from_where_the_engine_comes_from() {
    for (packaging, family, version, command) in [
        ("docker-ce", "ubuntu", "24.04", "docker-compose-plugin"),
        ("docker-ce", "fedora", "43", "sudo dnf install -y docker-compose-plugin"),
        ("distribution", "ubuntu", "24.04", "docker-compose-v2"),
        ("distribution", "debian", "13", "--no-remove docker-compose"),
        ("snap", "ubuntu", "24.04", "sudo snap refresh docker"),
    ] {
        let report = bare("rocketchat", family, family, version).with(&[
            "--attest",
            "docker.engine.state=running",
            "--attest",
            &format!("docker.engine.packaging={packaging}"),
        ]);
        let (_, run) = fix(&report.report(), "compose");
        assert!(run.ends_with(command), "{packaging} on {family}: {run}");
    }
}

#[test]
fn fixes_stand_in_the_order_in_which_they_are_done() {
    let check = bare("cometchat", "ubuntu", "ubuntu", "22.04");
    let report = check.report();
    let failed = report["summary"]["failed"].as_array().unwrap();
    let order: Vec<_> = failed.iter().filter_map(|id| id.as_str()).collect();
    let at = |id: &str| order.iter().position(|failed| *failed == id).unwrap();
    assert!(at("docker-installed") < at("compose"), "{order:?}");
    assert_eq!(report.finding("compose").status, "failed");
    let findings = report["findings"].as_array().unwrap();
    let compose = findings.iter().find(|finding| finding["id"] == "compose").unwrap();
    assert_eq!(compose["fix"]["after"], serde_json::json!(["docker-installed"]));
    // The same at a terminal and on a page.
    for format in ["human", "html"] {
        let text = check.clone().with(&["-v"]).format(format).run().stdout;
        assert!(
            text.find("download.docker.com").unwrap() < text.find("First fix docker-installed.").unwrap(),
            "{format}"
        );
    }
    let explained = rampcheck(&["explain", "compose"]).expect(0).stdout;
    assert!(explained.contains(", after docker-installed: "), "{explained}");
    // Podman answers in Docker's name: it goes before Docker comes.
    let podman = Check::of("cometchat").on("ubuntu-22.04").with(&[
        "--attest",
        "docker.engine.flavor=podman",
        "--attest",
        "docker.engine.version=4.9.3",
    ]);
    let failed = podman.report().ids("failed");
    let place = |id: &str| failed.iter().position(|failed| failed == id).unwrap();
    assert!(place("docker-engine-flavor") < place("docker-engine"), "{failed:?}");
}

/// Every remedy of the built-in packs, with the id of its check.
fn remedies() -> Vec<(String, Remedy)> {
    let checks = Packs::built_in().read_all().unwrap().into_iter().flat_map(|pack| pack.checks.clone());
    checks.flat_map(|check| check.remedies.into_iter().map(move |remedy| (check.id.clone(), remedy))).collect()
}

#[test]
fn no_remedy_takes_anything_away_without_saying_so() {
    const ENDS_SOMETHING: [&str; 7] =
        [" remove ", "restart docker", "reboot", "refresh", "upgrade docker", "only-upgrade", "apt-get upgrade"];
    for (id, remedy) in remedies() {
        let fix = remedy.fix;
        for command in &fix.run {
            assert!(!ENDS_SOMETHING.iter().any(|word| command.contains(word)), "{id}: {command}");
            // apt-get refuses to remove anything, dnf does so without an option.
            let removes = command.contains("--allowerasing") || command.contains("autoremove");
            assert!(!removes && !command.contains("dist-upgrade"), "{id}: {command}");
            assert!(!command.contains("apt-get install") || command.contains("-y --no-remove"), "{id}: {command}");
            assert!(!command.contains("dnf install") || command.contains("install -y"), "{id}: {command}");
        }
        for command in fix.destructive.iter().chain(&fix.by_hand) {
            // A person answers what is asked before anything is removed.
            assert!(!command.contains("remove -y"), "{id}: {command}");
        }
        if !fix.destructive.is_empty() || fix.by_hand.iter().any(|command| command.contains("do-release-upgrade")) {
            assert!(fix.text.contains("stop"), "{id}: {}", fix.text);
        }
    }
}

#[test]
fn every_command_is_one_that_a_shell_can_read() {
    let scripts: Vec<_> = remedies()
        .into_iter()
        .map(|(_, remedy)| remedy.fix.commands().map(String::as_str).collect::<Vec<_>>().join("\n"))
        .collect();
    assert!(scripts.iter().any(|script| script.contains("docker.sources")));
    for script in scripts {
        let output = Command::new("sh").args(["-n", "-c", &script]).output().unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_was_found_is_said_in_words() {
    for (arguments, id, found) in [
        ("--attest docker.engine.state=not-installed", "docker-installed", "not installed"),
        ("--attest storage.data.media=hdd --tier vps-minimal", "storage-media", "hard disk"),
        ("--deployment process", "official-image", "plain processes"),
        ("--tier vps-minimal --attest cpu.mhz=1500", "cpu-clock", "1,500 MHz"),
    ] {
        let shown = of("rocketchat", arguments).finding(id).found;
        assert!(shown.starts_with(found), "{id}: {shown}");
    }
    let report = Check::of("cometchat").on("docker-stopped").report();
    assert_eq!(report.finding("jq").found, "not found");
}

#[test]
fn what_comes_next_fits_every_phase() {
    for phase in ["install", "upgrade", "run"] {
        let plan = ["--phase", phase, "--deployment", "compose", "--mongodb", "remote", "--server-version", "8.5.1"];
        let report = Check::of("rocketchat").tier("vps-minimal").on("ubuntu-24.04").with(&plan).report();
        let next = report["next"][0]["text"].as_str().unwrap();
        assert!(next.starts_with("Use the official image with a pinned tag"), "{phase}: {next}");
    }
}
