//! Fix plans: what a person reads before running them, for recorded hosts.

use std::fs;

use crate::support::{Check, rampcheck, scratch};

fn debian() -> Check {
    Check::of("cometchat").tier("qa").on("debian-12")
}

fn ubuntu() -> Check {
    Check::of("rocketchat").tier("vps-recommended").on("ubuntu-24.04")
}

#[test]
fn debian_with_an_engine_that_is_too_old() {
    insta::assert_snapshot!(debian().format("fix").expect(3).stdout, @r#"
    #!/bin/sh
    # shellcheck disable=SC1091
    # Fix plan for CometChat on-premise, tier qa
    #
    # Host: chat-13.example.net, Debian GNU/Linux 12 (bookworm)
    # Judged: as of 2026-11-20, phase install, by rampcheck 0.1.0, pack 2026.11.20
    # Verdict: UNSUPPORTED: this host does not qualify for CometChat on-premise, tier qa: 8 required
    # checks fail, and 4 of them need another machine or operating system
    #
    # rampcheck has only written this plan. Read it, then run it as root: sudo sh FILE. It stops at the
    # first command that fails, and it can be run again.
    # Commands behind #DESTRUCTIVE# remove something, or stop what runs. To run them, take that mark
    # away.
    # Then judge the host again: rampcheck check cometchat --tier qa
    # Unknown, and so not in this plan: storage-media.
    #
    # BY HAND. No script can do this. Begin here: if the host or its system changes, so does the plan.
    #
    # os-supported: Ubuntu LTS from 20.04 on, or Red Hat Enterprise Linux 8 or later (required)
    #   Found: Debian GNU/Linux 12 (bookworm)
    #   Needed: Ubuntu LTS from 20.04, or RHEL from 8 (not listed by the vendor)
    #   Install Ubuntu 24.04 LTS or RHEL 9 on this host, or choose another host.
    #
    # os-maintained: The operating system still gets security updates (recommended)
    #   Found: Debian GNU/Linux 12 (bookworm)
    #   Needed: a release that is still maintained, with Ubuntu Pro where it is attached (support for
    #   line 12 ended on 2026-07-11)
    #   Take a backup, then upgrade to a release of this distribution that is still maintained.
    #
    # cpu: As many CPUs as the tier asks for (required)
    #   Found: 2 CPUs
    #   Needed: at least 8 CPUs
    #   Give the machine more CPUs, or choose a larger machine.
    #
    # memory: As much memory as the tier asks for (required)
    #   Found: 2 GiB installed; 1.9 GiB usable
    #   Needed: at least 16 GB (from 14.4 GiB measured)
    #   Give the machine more memory, or choose a larger machine.
    #
    # storage-size: As much storage as the tier asks for (required)
    #   Found: 42 GB size; /var/lib/docker
    #   Needed: at least 100 GB (from 95 GB measured)
    #   Enlarge the file system, or name the one that will hold the data with --data-dir.
    #
    # port-443: Port 443 free for HTTPS (required)
    #   Found: in use by container proxy; port 443: on every address
    #   Needed: a free port (something already listens there)
    #   Find out what listens there, and stop it or move it to another port. If it is the platform
    #   itself, it is already installed: judge it with --phase run.
    #     sudo ss -ltnp 'sport = :443'
    #     sudo docker ps --filter publish=443
    #
    # port-80: Port 80 free for HTTP, to redirect to HTTPS (required)
    #   Found: in use by container proxy; port 80: on every address
    #   Needed: a free port (something already listens there)
    #   Find out what listens there, and stop it or move it to another port. If it is the platform
    #   itself, it is already installed: judge it with --phase run.
    #     sudo ss -ltnp 'sport = :80'
    #     sudo docker ps --filter publish=80

    set -eu

    refuse() { printf '%s\n' "$1" >&2; exit 1; }
    [ "$(id -u)" -eq 0 ] || refuse 'This plan needs root: sudo sh FILE'
    [ "$(. /etc/os-release && echo "$ID ${VERSION_ID:-}")" = 'debian 12' ] ||
      refuse 'This plan is for another operating system: debian 12'
    [ "$(uname -n)" = 'chat-13.example.net' ] || [ "${ANY_HOST:-no}" = yes ] ||
      refuse 'This plan is for chat-13.example.net. If this host is meant, begin the command with ANY_HOST=yes'
    export DEBIAN_FRONTEND=noninteractive

    # docker-engine: Docker Engine 24 or newer (required)
    #   Found: 20.10.24+dfsg1
    #   Needed: 24 or newer
    #   Replace Debian's engine by Docker's, from Docker's repository. Removing Debian's engine stops
    #   every container: move the workload away first, and take a backup. Images and volumes stay.
    #     sudo docker ps
    printf '\n== %s\n' 'docker-engine: Docker Engine 24 or newer'
    apt-get update
    apt-get install -y --no-remove ca-certificates curl
    install -m 0755 -d /etc/apt/keyrings
    curl -fsSL https://download.docker.com/linux/debian/gpg -o /etc/apt/keyrings/docker.asc
    chmod a+r /etc/apt/keyrings/docker.asc
    printf 'Types: deb\nURIs: https://download.docker.com/linux/debian\nSuites: %s\nComponents: stable\nSigned-By: /etc/apt/keyrings/docker.asc\n' "$(. /etc/os-release && echo "$VERSION_CODENAME")" | tee /etc/apt/sources.list.d/docker.sources
    apt-get update
    #DESTRUCTIVE# apt-get remove docker.io docker-compose containerd runc
    #DESTRUCTIVE# apt-get install -y --no-remove docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin

    # compose: Docker Compose 2 or newer (required)
    #   Found: 1.29.2
    #   Needed: 2 or newer (the first generation of Compose, which is no longer maintained)
    #   The steps of docker-engine install Compose, too.

    # docker-engine-maintained: Docker Engine from a release line that is still maintained (recommended)
    #   Found: 20.10.24+dfsg1; the distribution's package
    #   Needed: a maintained release line (upstream no longer maintains this line)
    #   The steps of docker-engine replace it.

    printf '\n== The end of the plan\n'
    printf '%s\n' 'By hand: os-supported, os-maintained, cpu, memory, storage-size, port-443, port-80'
    printf '%s\n' 'Commented out as destructive: docker-engine'
    printf '%s\n' 'Now judge the host again: rampcheck check cometchat --tier qa'
    "#);
}

#[test]
fn ubuntu_that_is_not_tuned_for_mongodb() {
    insta::assert_snapshot!(ubuntu().format("fix").expect(0).stdout, @r#"
    #!/bin/sh
    # shellcheck disable=SC1091
    # Fix plan for Rocket.Chat self-managed, tier vps-recommended
    #
    # Host: swarm-1.example.net, Ubuntu 24.04.3 LTS
    # Judged: as of 2026-11-20, phase install, by rampcheck 0.1.0, pack 2026.11.20
    # Verdict: SUPPORTED, WITH WARNINGS: this host qualifies for Rocket.Chat self-managed, tier
    # vps-recommended, but not everything is as recommended
    #
    # rampcheck has only written this plan. Read it, then run it as root: sudo sh FILE. It stops at the
    # first command that fails, and it can be run again.
    # Then judge the host again: rampcheck check rocketchat --tier vps-recommended
    #
    # BY HAND. No script can do this. Begin here: if the host or its system changes, so does the plan.
    #
    # mongodb-xfs: XFS for the data of a local MongoDB (recommended)
    #   Found: ext4; /srv/docker
    #   Needed: xfs
    #   Put MongoDB's data on a file system of its own, made with mkfs.xfs, and name it with --data-dir.
    #   For a running deployment, do so the next time the data is moved.
    #
    # port-443: Port 443 free for the proxy (recommended)
    #   Found: in use by container proxy
    #   Needed: a free port (something already listens there)
    #   Find out what listens there. Stop it, or let that server be the proxy. If Rocket.Chat is already
    #   installed, judge the host with --phase run.
    #     sudo ss -ltnp 'sport = :443'
    #     sudo docker ps --filter publish=443
    #
    # port-80: Port 80 free for the proxy (recommended)
    #   Found: in use by container proxy
    #   Needed: a free port (something already listens there)
    #   Find out what listens there. Stop it, or let that server be the proxy. If Rocket.Chat is already
    #   installed, judge the host with --phase run.
    #     sudo ss -ltnp 'sport = :80'
    #     sudo docker ps --filter publish=80

    set -eu

    refuse() { printf '%s\n' "$1" >&2; exit 1; }
    [ "$(id -u)" -eq 0 ] || refuse 'This plan needs root: sudo sh FILE'
    [ "$(. /etc/os-release && echo "$ID ${VERSION_ID:-}")" = 'ubuntu 24.04' ] ||
      refuse 'This plan is for another operating system: ubuntu 24.04'
    [ "$(uname -n)" = 'swarm-1.example.net' ] || [ "${ANY_HOST:-no}" = yes ] ||
      refuse 'This plan is for swarm-1.example.net. If this host is meant, begin the command with ANY_HOST=yes'
    export DEBIAN_FRONTEND=noninteractive

    # mongodb-swappiness: vm.swappiness 1 for a local MongoDB (recommended)
    #   Found: 10
    #   Needed: at most 1
    printf '\n== %s\n' 'mongodb-swappiness: vm.swappiness 1 for a local MongoDB'
    echo 'vm.swappiness = 1' | tee /etc/sysctl.d/90-mongodb.conf
    sysctl -p /etc/sysctl.d/90-mongodb.conf

    # mongodb-thp: Transparent huge pages set as the MongoDB version needs them (recommended)
    #   Found: madvise; MongoDB: 8.0
    #   Needed: `never` up to MongoDB 7.0, `always` from 8.0 on
    #   Switch them on, now and at every start, before Docker and with it MongoDB comes up.
    printf '\n== %s\n' 'mongodb-thp: Transparent huge pages set as the MongoDB version needs them'
    printf '[Unit]\nDescription=Transparent huge pages for MongoDB\nDefaultDependencies=no\nAfter=local-fs.target\nBefore=docker.service mongod.service\n\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo always > /sys/kernel/mm/transparent_hugepage/enabled"\n\n[Install]\nWantedBy=basic.target\n' | tee /etc/systemd/system/mongodb-thp.service
    systemctl daemon-reload
    systemctl enable mongodb-thp.service
    systemctl restart mongodb-thp.service

    printf '\n== The end of the plan\n'
    printf '%s\n' 'By hand: mongodb-xfs, port-443, port-80'
    printf '%s\n' 'Now judge the host again: rampcheck check rocketchat --tier vps-recommended'
    "#);
}

#[test]
fn the_same_as_a_playbook() {
    insta::assert_snapshot!(ubuntu().format("fix-ansible").expect(0).stdout, @r#"
    ---
    # yamllint disable rule:line-length
    # Fix plan for Rocket.Chat self-managed, tier vps-recommended
    #
    # Host: swarm-1.example.net, Ubuntu 24.04.3 LTS
    # Judged: as of 2026-11-20, phase install, by rampcheck 0.1.0, pack 2026.11.20
    # Verdict: SUPPORTED, WITH WARNINGS: this host qualifies for Rocket.Chat self-managed, tier
    # vps-recommended, but not everything is as recommended
    #
    # rampcheck has only written this plan. Read it, then run it: ansible-playbook -i INVENTORY FILE. It
    # can be run again. -e rampcheck_hosts=GROUP chooses hosts, --tags ID chooses steps.
    # Then judge the host again: rampcheck check rocketchat --tier vps-recommended
    #
    # BY HAND. No script can do this. Begin here: if the host or its system changes, so does the plan.
    #
    # mongodb-xfs: XFS for the data of a local MongoDB (recommended)
    #   Found: ext4; /srv/docker
    #   Needed: xfs
    #   Put MongoDB's data on a file system of its own, made with mkfs.xfs, and name it with --data-dir.
    #   For a running deployment, do so the next time the data is moved.
    #
    # port-443: Port 443 free for the proxy (recommended)
    #   Found: in use by container proxy
    #   Needed: a free port (something already listens there)
    #   Find out what listens there. Stop it, or let that server be the proxy. If Rocket.Chat is already
    #   installed, judge the host with --phase run.
    #     sudo ss -ltnp 'sport = :443'
    #     sudo docker ps --filter publish=443
    #
    # port-80: Port 80 free for the proxy (recommended)
    #   Found: in use by container proxy
    #   Needed: a free port (something already listens there)
    #   Find out what listens there. Stop it, or let that server be the proxy. If Rocket.Chat is already
    #   installed, judge the host with --phase run.
    #     sudo ss -ltnp 'sport = :80'
    #     sudo docker ps --filter publish=80

    - name: "Fix plan for Rocket.Chat self-managed, tier vps-recommended"
      hosts: "{{ rampcheck_hosts | default('all') }}"
      become: true
      gather_facts: false
      vars:
        rampcheck_destructive: false
      environment:
        DEBIAN_FRONTEND: noninteractive
      tasks:
        - name: "Make sure that the system is ubuntu 24.04"
          ansible.builtin.shell:
            cmd: |
              set -euo pipefail
              . /etc/os-release
              test "$ID ${VERSION_ID:-}" = 'ubuntu 24.04'
            executable: /bin/bash
          changed_when: false
          check_mode: false
          tags: always

        # mongodb-swappiness: vm.swappiness 1 for a local MongoDB (recommended)
        #   Found: 10
        #   Needed: at most 1
        - name: "Fix mongodb-swappiness: vm.swappiness 1 for a local MongoDB"
          ansible.builtin.shell:
            cmd: |
              set -euo pipefail
              echo 'vm.swappiness = 1' | tee /etc/sysctl.d/90-mongodb.conf
              sysctl -p /etc/sysctl.d/90-mongodb.conf
            executable: /bin/bash
          changed_when: true
          tags: "mongodb-swappiness"

        # mongodb-thp: Transparent huge pages set as the MongoDB version needs them (recommended)
        #   Found: madvise; MongoDB: 8.0
        #   Needed: `never` up to MongoDB 7.0, `always` from 8.0 on
        #   Switch them on, now and at every start, before Docker and with it MongoDB comes up.
        - name: "Fix mongodb-thp: Transparent huge pages set as the MongoDB version needs them"
          ansible.builtin.shell:
            cmd: |
              set -euo pipefail
              printf '[Unit]\nDescription=Transparent huge pages for MongoDB\nDefaultDependencies=no\nAfter=local-fs.target\nBefore=docker.service mongod.service\n\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo always > /sys/kernel/mm/transparent_hugepage/enabled"\n\n[Install]\nWantedBy=basic.target\n' | tee /etc/systemd/system/mongodb-thp.service
              systemctl daemon-reload
              systemctl enable mongodb-thp.service
              systemctl restart mongodb-thp.service
            executable: /bin/bash
          changed_when: true
          tags: "mongodb-thp"
    "#);
}

#[test]
fn docker_comes_before_what_needs_it() {
    let check =
        Check::of("cometchat").tier("qa").on("ubuntu-22.04").with(&["--attest", "docker.engine.state=not-installed"]);
    let plan = check.with(&["--attest", "compose.version=1.29.2"]).format("fix").expect(3).stdout;
    let at = |part: &str| plan.find(part).unwrap_or_else(|| panic!("missing: {part}\n{plan}"));
    assert!(at("docker.sources") < at("install -y --no-remove docker-ce"), "{plan}");
    assert!(at("install -y --no-remove docker-ce") < at("# compose: "), "{plan}");
}

#[test]
fn a_saved_report_gives_the_same_plan() {
    let dir = scratch("fix");
    let outputs = ["json", "fix", "fix-ansible"].map(|format| format!("{format}={}", dir.at(format)));
    debian().with(&outputs.each_ref().map(|output| ["--output", output.as_str()]).concat()).expect(3);
    let report = dir.at("json");
    for format in ["fix", "fix-ansible"] {
        let written = fs::read_to_string(dir.at(format)).unwrap();
        assert_eq!(rampcheck(&["show", &report, "--format", format]).expect(0).stdout, written);
        let evaluated = rampcheck(&["evaluate", &report, "--today", crate::support::DAY, "--format", format]).expect(3);
        assert_eq!(evaluated.stdout, written);
    }
}

#[test]
fn a_redacted_plan_names_no_host() {
    let name = "chat-13.example.net";
    assert!(debian().format("fix").expect(3).stdout.contains(name));
    let plan = debian().with(&["--redact", "identifiers"]).format("fix").expect(3).stdout;
    assert!(!plan.contains(name) && !plan.contains("uname"), "{plan}");
}
