//! What suffices for a size of the vendor's tables.

use super::{hold, row};

#[test]
fn usable_memory_counts_and_assigned_memory_helps() {
    hold(&[
        row(
            "90 % of the nominal size is enough",
            "cometchat --tier qa --attest memory.installed=15GiB --attest memory.total=14.4GiB",
            "ubuntu-22.04",
            "supported",
            "memory passed",
            "",
        ),
        row(
            "less is not",
            "cometchat --tier qa --attest memory.installed=15GiB --attest memory.total=14.3GiB",
            "ubuntu-22.04",
            "unsupported",
            "memory failed",
            "",
        ),
        row(
            "80 % is enough if all of it is assigned",
            "cometchat --tier qa --attest memory.installed=16GiB --attest memory.total=12.81GiB",
            "ubuntu-22.04",
            "supported",
            "memory passed",
            "",
        ),
        row(
            "16 GiB assigned and 4 usable are not",
            "cometchat --tier qa --attest memory.installed=16GiB --attest memory.total=4GiB",
            "ubuntu-22.04",
            "unsupported",
            "memory failed",
            "4 GiB usable",
        ),
        row(
            "the tolerance is none on what is assigned: 14.5 of 16",
            "cometchat --tier qa --attest memory.installed=14.5GiB --attest memory.total=13.9GiB",
            "ubuntu-22.04",
            "unsupported",
            "memory failed",
            "",
        ),
    ]);
}

#[test]
fn a_limit_around_the_host_binds() {
    hold(&[
        row(
            "an LXC container with 8 of 16 GiB",
            "cometchat --tier qa --attest host.container=lxc --attest memory.limit=8GiB",
            "ubuntu-22.04",
            "unsupported",
            "memory failed",
            "8 GiB usable",
        ),
        row(
            "an LXC container with 2 of 8 CPUs",
            "cometchat --tier qa --attest host.container=lxc --attest cpu.quota=2",
            "ubuntu-22.04",
            "unsupported",
            "cpu failed",
            "2 CPUs",
        ),
        row(
            "a limit of rampcheck's own service is not the host's",
            "cometchat --tier qa --attest memory.limit=1GiB --attest cpu.quota=0.5",
            "ubuntu-22.04",
            "supported",
            "cpu passed, memory passed",
            "",
        ),
        row(
            "a container for one program does not show the host's size",
            "cometchat --tier qa --attest host.container=docker",
            "ubuntu-22.04",
            "undetermined",
            "cpu unknown, memory unknown, storage-size unknown",
            "inside a container (docker): mount the host's root and use --root /host",
        ),
    ]);
}

#[test]
fn storage_is_what_disks_are_sold_as() {
    hold(&[
        row(
            "95 of 100 GB are enough",
            "cometchat --tier qa --attest storage.data.size=95GB",
            "ubuntu-22.04",
            "supported",
            "storage-size passed",
            "",
        ),
        row(
            "90 of 100 GB are not",
            "cometchat --tier qa --attest storage.data.size=90GB",
            "ubuntu-22.04",
            "unsupported",
            "storage-size failed",
            "",
        ),
    ]);
}

#[test]
fn there_are_no_advisory_tiers() {
    hold(&[
        row(
            "1 CPU for 80,000 users",
            "rocketchat --tier guide-l-microservices --nodes 1 --attest cpu.online=1",
            "ubuntu-22.04",
            "unsupported",
            "cpu failed",
            "",
        ),
        row(
            "below the lower end of a cell fails",
            "rocketchat --tier enterprise-microservices --attest cpu.online=3",
            "ubuntu-22.04",
            "unsupported",
            "cpu failed",
            "",
        ),
        row(
            "the lower end is enough",
            "rocketchat --tier enterprise-microservices --attest cpu.online=4",
            "ubuntu-22.04",
            "",
            "cpu passed",
            "inside the vendor's planning range of 4 to 16, 0 % of the way up",
        ),
        row(
            "inside the range the finding says where",
            "rocketchat --tier enterprise-microservices --attest cpu.online=7",
            "ubuntu-22.04",
            "",
            "cpu passed",
            "4 to 16, 25 % of the way up",
        ),
        row(
            "above the range there is nothing to say",
            "rocketchat --tier enterprise-microservices --attest cpu.online=16",
            "ubuntu-22.04",
            "",
            "cpu passed",
            "16 CPUs",
        ),
    ]);
}

#[test]
fn cores_are_those_of_a_processor_or_the_cpus_of_a_virtual_machine() {
    hold(&[
        row(
            "four cores with eight threads are not six",
            "rocketchat --tier bare-metal --attest cpu.physical=4",
            "ubuntu-22.04",
            "unsupported",
            "cpu-cores failed",
            "4 cores",
        ),
        row(
            "six cores are",
            "rocketchat --tier bare-metal --attest cpu.physical=6",
            "ubuntu-22.04",
            "",
            "cpu-cores passed",
            "",
        ),
        row(
            "of a virtual machine its CPUs count",
            "rocketchat --tier bare-metal --attest cpu.physical=4 --attest host.virtualization=kvm",
            "ubuntu-22.04",
            "",
            "cpu-cores passed",
            "",
        ),
        row(
            "the VPS rows say nothing of cores",
            "rocketchat --tier vps-minimal",
            "ubuntu-22.04",
            "",
            "cpu-cores skipped, cpu passed",
            "",
        ),
    ]);
}
