//! The catalogue: every fact's name, kind, unit, meaning, and the subject whose probe reads it.
//!
//! A name may hold one `<placeholder>` (`ports.tcp.<port>.state`, `tools.<tool>.path`): packs say which ports and tools
//! are asked for. The table in `checks/README.md` is generated from here.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Value;

/// What a fact's value is made of, and so which operators a check may use on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Free text.
    Text,
    /// One out of a closed set.
    Choice(&'static [&'static str]),
    /// Yes or no.
    Bool,
    /// A whole number without a unit.
    Count,
    /// A size of memory in bytes. "16 GB" of memory means 16 GiB, as memory is sold.
    Memory,
    /// A size of storage in bytes. "100 GB" of storage means 10^11 bytes, as storage is sold.
    Storage,
    /// A measured number in the unit named.
    Number(&'static str),
    /// A version string, compared by its numeric core.
    Version,
    /// A day of the calendar, `2027-01-31`.
    Date,
    /// Several texts.
    List,
    /// Release lines with the last day of their support.
    Releases,
    /// Places of manifests, or of what runs, with what stands there; absent if there is none.
    Excerpts,
}

impl Kind {
    /// Whether a fact of this kind can have this value.
    pub fn takes(self, value: &Value) -> bool {
        match (self, value) {
            // A choice may have a word that a later version adds.
            (Self::Text | Self::Version | Self::Date | Self::Choice(_), Value::Text(_)) => true,
            (Self::Bool, Value::Bool(_)) | (Self::List, Value::List(_)) => true,
            (Self::Count | Self::Memory | Self::Storage, Value::Count(_)) => true,
            (Self::Number(_), Value::Count(_) | Value::Number(_)) => true,
            (Self::Releases, Value::Releases(_)) => true,
            (Self::Excerpts, Value::Excerpts(_)) => true,
            // An empty list of releases and an empty list of texts are written alike.
            (Self::Releases, Value::List(list)) => list.is_empty(),
            _ => false,
        }
    }
}

impl Kind {
    /// Its name in messages and documentation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Choice(_) => "choice",
            Self::Bool => "yes/no",
            Self::Count => "count",
            Self::Memory => "memory size",
            Self::Storage => "storage size",
            Self::Number(_) => "number",
            Self::Version => "version",
            Self::Date => "date",
            Self::List => "list",
            Self::Releases => "releases",
            Self::Excerpts => "excerpts",
        }
    }
}

/// What private things the text of a fact can hold, and so how redaction treats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Nothing private: a number, a version, a word of a closed set, or a name that vendors and distributions give.
    Nothing,
    /// The name of a host, as a whole.
    HostName,
    /// The name of a user or another person, as a whole.
    UserName,
    /// The id of a machine, as a whole.
    MachineId,
    /// A path or device, which can hold user and host names.
    Path,
    /// An IP address or URL, which can hold host names.
    Address,
    /// A reference of an image, which can name a private registry.
    Image,
    /// Anything, such as the name of a process or a message.
    FreeText,
}

/// What a probe reads: one subject, one probe, one file in `src/probe/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// What the operator intends; supplied by the plan, read by no probe.
    Plan,
    /// What rampcheck derives from other facts, the plan, the pack and the day; read by no probe.
    Derived,
    /// Distribution and release.
    Os,
    /// Kernel release and architecture.
    Kernel,
    /// Processors.
    Cpu,
    /// Memory and swap.
    Memory,
    /// The root file system.
    StorageRoot,
    /// The file system of the Docker data root or of `--data-dir`.
    StorageData,
    /// Docker Engine, its client and Swarm.
    Docker,
    /// Docker Compose.
    Compose,
    /// OpenSSL.
    Openssl,
    /// Command-line tools.
    Tools,
    /// TCP ports.
    Ports,
    /// Host firewall.
    Firewall,
    /// Clock synchronisation.
    Clock,
    /// Resource limits of programs started like rampcheck.
    ResourceLimits,
    /// Virtualisation, containers, load and uptime.
    Machine,
    /// The product's release, the vendor's signed list of supported ones, and the server's certificate.
    Server,
    /// Services of the vendor that a server needs to reach.
    Outbound,
    /// How the product is or will be deployed: manifests, the containers that run here, the cluster.
    Deployment,
    /// The Kubernetes cluster of the caller's kubeconfig.
    Cluster,
    /// Plugins of the operator, in /usr/lib/rampcheck/plugins.d.
    Plugins,
    /// Ports of other nodes of the cluster, as they can be reached from here.
    Reach,
}

impl Subject {
    /// Name in progress lines and reasons.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Derived => "derived facts",
            Self::Os => "operating system",
            Self::Kernel => "kernel",
            Self::Cpu => "processors",
            Self::Memory => "memory",
            Self::StorageRoot => "root file system",
            Self::StorageData => "data file system",
            Self::Docker => "Docker",
            Self::Compose => "Compose",
            Self::Openssl => "OpenSSL",
            Self::Tools => "tools",
            Self::Ports => "ports",
            Self::Firewall => "firewall",
            Self::Clock => "clock",
            Self::ResourceLimits => "resource limits",
            Self::Machine => "machine",
            Self::Server => "server",
            Self::Outbound => "outbound services",
            Self::Deployment => "deployment",
            Self::Cluster => "Kubernetes cluster",
            Self::Plugins => "plugins",
            Self::Reach => "other nodes",
        }
    }
}

/// One row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Dotted name, possibly with one `<placeholder>`.
    pub name: &'static str,
    /// Kind of the value.
    pub kind: Kind,
    /// Subject whose probe reads it.
    pub subject: Subject,
    /// What private things its text can hold.
    pub privacy: Privacy,
    /// What it says and where it comes from, for people.
    pub doc: &'static str,
}

/// A row whose text holds nothing private.
const fn row(name: &'static str, kind: Kind, subject: Subject, doc: &'static str) -> Row {
    Row { name, kind, subject, privacy: Privacy::Nothing, doc }
}

use Kind::{Bool, Choice, Count, Date, Excerpts, List, Memory, Number, Releases, Storage, Text, Version};
use Subject as S;

const MEDIA: Kind = Choice(&["ssd", "hdd", "sd-card"]);

/// Tools whose version rampcheck knows how to ask for. A path can be asked of any name.
pub const VERSIONED_TOOLS: &[&str] = &["git", "jq", "curl", "netstat"];

/// The version of the docker command, which is asked only when something wants to know it.
pub const CLIENT_VERSION: &str = "docker.client.version";

/// The other nodes that were asked for. All else that is known of them is collected only then.
pub const REACH_PEERS: &str = "reach.peers";

/// Fact: whether the cluster answers.
pub const CLUSTER_STATE: &str = "cluster.state";

/// Longest name of a plugin.
const PLUGIN_NAME: usize = 40;

/// Every fact there is.
pub const CATALOGUE: &[Row] = &[
    row("os.id", Text, S::Os, "distribution, lower case: `ID` of os-release(5), `linux` when it has none"),
    row("os.version_id", Version, S::Os, "release: `VERSION_ID` of os-release(5); absent on rolling distributions"),
    row("os.pretty_name", Text, S::Os, "name for people: `PRETTY_NAME` of os-release(5)"),
    row("os.id_like", List, S::Os, "distributions it says it resembles: `ID_LIKE` of os-release(5), a hint only"),
    row("os.codename", Text, S::Os, "`VERSION_CODENAME` of os-release(5)"),
    row(
        "os.family",
        Choice(&["ubuntu", "rhel", "fedora", "debian", "amazon", "suse", "arch", "alpine", "other"]),
        S::Os,
        "whose packages and commands it uses: from `ID`, `PLATFORM_ID`, `UBUNTU_CODENAME`, then `ID_LIKE`",
    ),
    row(
        "os.derivative_of",
        Choice(&["ubuntu", "rhel"]),
        S::Os,
        "the listed distribution it is built from or a rebuild of; absent for those themselves and for others",
    ),
    row(
        "os.lts",
        Bool,
        S::Os,
        "true for an Ubuntu April release of an even year, false for an interim one; absent elsewhere",
    ),
    row(
        "os.esm",
        Bool,
        S::Os,
        "Ubuntu Pro (ESM) attached: `attached` in /var/lib/ubuntu-advantage/status.json; absent without that file",
    ),
    row("kernel.release", Version, S::Kernel, "kernel release: /proc/sys/kernel/osrelease"),
    row(
        "kernel.upstream",
        Version,
        S::Kernel,
        "upstream kernel release: third field of /proc/version_signature on Ubuntu, else kernel.release",
    ),
    row("kernel.arch", Text, S::Kernel, "machine architecture as uname(2) names it: x86_64, aarch64, armv7l"),
    row(
        "kernel.thp",
        Choice(&["always", "madvise", "never"]),
        S::Kernel,
        "transparent huge pages: /sys/kernel/mm/transparent_hugepage/enabled",
    ),
    row("kernel.swappiness", Count, S::Kernel, "vm.swappiness: /proc/sys/vm/swappiness"),
    row("kernel.max_map_count", Count, S::Kernel, "vm.max_map_count: /proc/sys/vm/max_map_count"),
    row("cpu.online", Count, S::Cpu, "online logical CPUs: /sys/devices/system/cpu/online"),
    row(
        "cpu.physical",
        Count,
        S::Cpu,
        "distinct online cores: topology/thread_siblings_list of each online CPU, else its ids of core, package, die, cluster, book and drawer",
    ),
    row("cpu.model", Text, S::Cpu, "model: `model name` (x86) or `Model`/`Hardware` (arm) of /proc/cpuinfo"),
    row(
        "cpu.mhz",
        Number("MHz"),
        S::Cpu,
        "highest clock of the fastest core: cpufreq/cpuinfo_max_freq, else the model name's GHz, else what /proc/cpuinfo tells; unknown where the machine does not tell it",
    ),
    row(
        "cpu.flags",
        List,
        S::Cpu,
        "instruction set flags common to all online CPUs: `flags` or `Features` of /proc/cpuinfo",
    ),
    row(
        "cpu.quota",
        Number("CPUs"),
        S::Cpu,
        "CPUs that the control groups around rampcheck allow; absent without a limit",
    ),
    row(
        "memory.total",
        Memory,
        S::Memory,
        "usable memory: MemTotal of /proc/meminfo (less than installed by what firmware and kernel keep)",
    ),
    row(
        "memory.installed",
        Memory,
        S::Memory,
        "assigned memory: online blocks of /sys/devices/system/memory; absent where the kernel shows none",
    ),
    row("memory.available", Memory, S::Memory, "memory that can be had without swapping, now"),
    row(
        "memory.limit",
        Memory,
        S::Memory,
        "memory that the control groups around rampcheck allow; absent without a limit",
    ),
    row("swap.total", Memory, S::Memory, "swap: SwapTotal of /proc/meminfo; 0 without swap"),
    row("storage.root.path", Text, S::StorageRoot, "the path judged: /"),
    row("storage.root.device", Text, S::StorageRoot, "what is mounted there: /proc/self/mountinfo").may_hold(Privacy::Path),
    row("storage.root.fstype", Text, S::StorageRoot, "file system type: /proc/self/mountinfo"),
    row("storage.root.size", Storage, S::StorageRoot, "size of the file system: statvfs(3) f_blocks x f_frsize"),
    row(
        "storage.root.available",
        Storage,
        S::StorageRoot,
        "bytes free for users without privilege: statvfs(3) f_bavail x f_frsize",
    ),
    row(
        "storage.root.inodes_free",
        Count,
        S::StorageRoot,
        "inodes free for users without privilege: statvfs(3) f_favail; absent where the file system has no fixed number",
    ),
    row(
        "storage.root.media",
        MEDIA,
        S::StorageRoot,
        "what it is stored on: queue/rotational of the disks below, where the bus can be believed",
    ),
    row(
        "storage.data.path",
        Text,
        S::StorageData,
        "the path judged: --data-dir, else DockerRootDir of `/info`, else the data root by daemon.json, else /var/lib/docker; its nearest existing parent",
    ).may_hold(Privacy::Path),
    row("storage.data.device", Text, S::StorageData, "what is mounted there: /proc/self/mountinfo").may_hold(Privacy::Path),
    row("storage.data.fstype", Text, S::StorageData, "file system type: /proc/self/mountinfo"),
    row("storage.data.size", Storage, S::StorageData, "size of the file system: statvfs(3) f_blocks x f_frsize"),
    row(
        "storage.data.available",
        Storage,
        S::StorageData,
        "bytes free for users without privilege: statvfs(3) f_bavail x f_frsize",
    ),
    row(
        "storage.data.inodes_free",
        Count,
        S::StorageData,
        "inodes free for users without privilege: statvfs(3) f_favail; absent where the file system has no fixed number",
    ),
    row(
        "storage.data.media",
        MEDIA,
        S::StorageData,
        "what it is stored on: queue/rotational of the disks below, where the bus can be believed; else what the provider sells, or what --measure finds",
    ),
    row(
        "storage.data.measured",
        Choice(&["nothing", "reads", "writes"]),
        S::StorageData,
        "what was asked to be measured of its disk: --measure; writes include reads",
    ),
    row(
        "storage.data.read_latency_p50",
        Number("ms"),
        S::StorageData,
        "median time of random reads of 4 KiB, one after another, past the page cache; blocks of zeros do not count",
    ),
    row("storage.data.read_latency_p99", Number("ms"), S::StorageData, "time within which 99 % of these reads end"),
    row("storage.data.read_latency_reads", Count, S::StorageData, "number of these reads"),
    row(
        "storage.data.read_latency_method",
        Choice(&["device", "files"]),
        S::StorageData,
        "what was read: the block device, or large files of the file system if the device may not be opened",
    ),
    row(
        "storage.data.write_latency_p50",
        Number("ms"),
        S::StorageData,
        "median time of appends of 4 KiB that wait for the disk, fdatasync(2)",
    ),
    row("storage.data.write_latency_p99", Number("ms"), S::StorageData, "time within which 99 % of these appends end"),
    row("storage.data.write_latency_writes", Count, S::StorageData, "number of these appends"),
    row(
        "storage.images.path",
        Text,
        S::StorageData,
        "where containerd keeps Docker's images; absent if that is on the data file system",
    )
    .may_hold(Privacy::Path),
    row("storage.images.size", Storage, S::StorageData, "size of that file system: statvfs(3) f_blocks x f_frsize"),
    row(
        "storage.images.available",
        Storage,
        S::StorageData,
        "bytes free on it for users without privilege: statvfs(3) f_bavail x f_frsize",
    ),
    row(
        "docker.engine.state",
        Choice(&["running", "stopped", "not-installed", "permission-denied", "hung"]),
        S::Docker,
        "what the engine's endpoint answered",
    ),
    row(
        "docker.engine.endpoint",
        Text,
        S::Docker,
        "endpoint asked, and by which rule it was chosen: DOCKER_HOST, DOCKER_CONTEXT, the current context, the default",
    ).may_hold(Privacy::Path),
    row(
        "docker.engine.version",
        Version,
        S::Docker,
        "engine (not client) version: ServerVersion of `/info`, else `/version`, or `dockerd --version` when it is installed and stopped",
    ),
    row(
        "docker.engine.flavor",
        Choice(&["docker", "podman", "other"]),
        S::Docker,
        "who answers: the Server header, else Components of `/version`",
    ),
    row(
        "docker.engine.api_version",
        Version,
        S::Docker,
        "highest API version of the engine: the Api-Version header, else `/version`",
    ),
    row("docker.engine.data_root", Text, S::Docker, "data root: DockerRootDir of `/info`").may_hold(Privacy::Path),
    row(
        "docker.engine.memory",
        Memory,
        S::Docker,
        "memory of the machine that the engine runs in, with Docker Desktop a virtual one: MemTotal of `/info`",
    ),
    row("docker.engine.storage_driver", Text, S::Docker, "storage driver: Driver of `/info`"),
    row(
        "docker.engine.cgroup_version",
        Text,
        S::Docker,
        "control group version the engine uses, 1 or 2: CgroupVersion of `/info`",
    ),
    row("docker.engine.rootless", Bool, S::Docker, "runs without root: SecurityOptions of `/info`"),
    row(
        "docker.engine.packaging",
        Choice(&["docker-ce", "distribution", "snap", "desktop", "other"]),
        S::Docker,
        "whose package it is: operating system, data root and version of `/info`, package lists, else Platform of `/version`",
    ),
    row(
        CLIENT_VERSION,
        Version,
        S::Docker,
        "version of the docker command, never the engine's: `docker --version`; asked by `facts` and `bundle`, and when a check reads it",
    ),
    row("docker.images", List, S::Docker, "images of running containers that a pack asks for: `/containers/json`, or Config.Image of `/containers/ID/json` once the tag has moved").may_hold(Privacy::Image),
    row(
        "docker.swarm.state",
        Choice(&["inactive", "pending", "active", "error", "locked"]),
        S::Docker,
        "Swarm state of this node: Swarm.LocalNodeState of `/info`",
    ),
    row(
        "docker.swarm.managers",
        Count,
        S::Docker,
        "managers of the Swarm: Swarm.Managers of `/info`; absent outside a Swarm",
    ),
    row("docker.swarm.nodes", Count, S::Docker, "nodes of the Swarm: Swarm.Nodes of `/info`; absent outside a Swarm"),
    row("docker.swarm.control", Bool, S::Docker, "this node is a manager: Swarm.ControlAvailable of `/info`"),
    row(
        "docker.networks.unencrypted",
        List,
        S::Docker,
        "overlay networks of the Swarm without the option `encrypted`, but for its ingress: `/networks`; absent if there is none, or outside a Swarm",
    )
    .may_hold(Privacy::FreeText),
    row(
        "docker.limits.nofile",
        Count,
        S::Docker,
        "open files a process in a container may have: /proc/PID/limits of running containers, else default-ulimits of daemon.json, else the limit of containerd's process or unit",
    ),
    row(
        "docker.limits.mongodb_nofile",
        Count,
        S::Docker,
        "the same of the running container of MongoDB, whose first process is mongod; absent when none runs",
    ),
    row("compose.version", Version, S::Compose, "Compose that `docker compose` runs, the first plugin of docker's search order; without one, the docker-compose on the search path; absent when that cannot be executed"),
    row(
        "compose.kind",
        Choice(&["plugin", "standalone", "v1", "broken"]),
        S::Compose,
        "how that Compose is installed: CLI plugin, a command of its own, the Python generation, or a file that cannot be executed",
    ),
    row("openssl.version", Version, S::Openssl, "version of the openssl program: `openssl version`"),
    row(
        "openssl.flavor",
        Choice(&["openssl", "libressl", "boringssl", "other"]),
        S::Openssl,
        "whose program it is: first word of `openssl version`",
    ),
    row("tools.<tool>.path", Text, S::Tools, "where the tool was found on the fixed search path").may_hold(Privacy::Path),
    row(
        "tools.<tool>.version",
        Version,
        S::Tools,
        "what it says its version is; for git, jq, curl, netstat; asked by `facts` and `bundle`, and when a check reads it",
    ),
    row(
        "ports.tcp.<port>.state",
        Choice(&["free", "in-use"]),
        S::Ports,
        "whether anything listens: /proc/net/tcp, /proc/net/tcp6, and the ports the engine publishes",
    ),
    row(
        "ports.tcp.<port>.owner",
        Text,
        S::Ports,
        "who listens: `container NAME` when the engine publishes it, else the process; absent when free",
    ).may_hold(Privacy::FreeText),
    row("ports.tcp.<port>.addresses", List, S::Ports, "addresses listened on; absent when free").may_hold(Privacy::Address),
    row(
        "ports.tcp.<port>.exposure",
        Choice(&["none", "loopback", "private", "all", "public"]),
        S::Ports,
        "who can reach it as far as addresses tell: nobody, this host, private networks, every address of a host that has only private ones, a public address",
    ),
    row(
        "ports.tcp.<port>.holder",
        Choice(&["container", "docker", "process"]),
        S::Ports,
        "what listens: a container, Docker itself (docker-proxy, or dockerd for the ingress of a Swarm), or another process; absent when free",
    ),
    row(
        "ports.tcp.<port>.firewall",
        Choice(&["passes", "blocks"]),
        S::Ports,
        "what the host's firewall does with new connections to it from public addresses: `passes` where Docker publishes it, because Docker's rules come first, else by `nft --terse list ruleset`; absent unless it is on a public address",
    ),
    row(
        "firewall.kind",
        Choice(&["ufw", "firewalld", "nftables", "iptables", "ferm", "shorewall", "none"]),
        S::Firewall,
        "host firewall that is configured",
    ),
    row(
        "firewall.active",
        Bool,
        S::Firewall,
        "whether anything that comes in is dropped: ufw.conf, traces of firewalld, else `nft --terse list ruleset`; without ufw and firewalld unknown to other users than root",
    ),
    row("clock.synchronized", Bool, S::Clock, "kernel's own word: adjtimex(2) without STA_UNSYNC"),
    row("clock.max_error", Number("s"), S::Clock, "how wrong the clock can be at most, as the kernel reckons: maxerror of adjtimex(2)"),
    row(
        "limits.nofile",
        Count,
        S::ResourceLimits,
        "open files one process may have: hard `Max open files` of /proc/self/limits",
    ),
    row("host.name", Text, S::Machine, "host name: /proc/sys/kernel/hostname, else /etc/hostname").may_hold(Privacy::HostName),
    row(
        "host.id",
        Text,
        S::Machine,
        "hashed machine id: first 16 hex digits of SHA-256 over `rampcheck:` and /etc/machine-id",
    ).may_hold(Privacy::MachineId),
    row(
        "host.virtualization",
        Text,
        S::Machine,
        "hypervisor (kvm, vmware, hyperv, xen, amazon, google, ...): DMI, /sys/hypervisor, the device tree, /proc/sysinfo, the hypervisor flag; absent on bare metal",
    ),
    row(
        "host.container",
        Text,
        S::Machine,
        "container that the host is, or that rampcheck runs in without a view of its host (docker, podman, lxc, kubernetes, ...); absent outside one",
    ),
    row("host.load", Number("processes"), S::Machine, "load average of one minute"),
    row("host.uptime", Count, S::Machine, "seconds since boot"),
    row("server.url", Text, S::Server, "server asked: --server; absent without it").may_hold(Privacy::Address),
    row(
        "server.version",
        Version,
        S::Server,
        "release that the server names in its public information (to anonymous callers major.minor only); absent without --server",
    ),
    row(
        "container.release",
        Version,
        S::Server,
        "release of the official container that runs here: the image's tag, else its label; absent when none runs",
    ),
    row(
        "container.mongodb",
        Version,
        S::Server,
        "version of the MongoDB containers that run here, in the same way; absent when none runs",
    ),
    row(
        "support_list.state",
        Choice(&["verified", "untrusted", "none"]),
        S::Server,
        "the vendor's signed list of supported releases: one is verified; none is and at least one was refused; there is none",
    ),
    row(
        "support_list.problems",
        List,
        S::Server,
        "lists that were refused or could not be read, each with its reason; absent when there are none",
    )
    .may_hold(Privacy::FreeText),
    row("support_list.date", Date, S::Server, "day (UTC) on which the newest verified list was made; absent without one"),
    row(
        "support_list.key",
        Text,
        S::Server,
        "fingerprint of the key that signed it: SHA-256 of its SubjectPublicKeyInfo, hexadecimal; absent without one",
    ),
    row(
        "support_list.releases",
        Releases,
        S::Server,
        "releases on that list and their last days, with the exceptions that hold for this server; absent without one",
    ),
    row(
        "release_info.version",
        Version,
        S::Server,
        "release that the vendor's service was asked about: the one that is planned, that the server names or that runs here; absent without --online or when none is known",
    ),
    row(
        "release_info.mongodb",
        List,
        S::Server,
        "MongoDB lines that this release runs with, as the vendor's service answers; absent when it was not asked or does not say",
    ),
    row(
        "server.tls.state",
        Choice(&["valid", "expired", "not-yet-valid", "wrong-name", "untrusted", "outdated"]),
        S::Server,
        "whether the server's certificate is valid and it speaks TLS 1.2 or later; absent without https",
    ),
    row("server.tls.version", Version, S::Server, "version of TLS spoken with the server; absent without https"),
    row("server.tls.ends", Date, S::Server, "last day of the server's certificate; absent without https"),
    row(
        "server.answered_by",
        Text,
        S::Server,
        "what names itself in the server's answer, in the headers Server and Via: mostly the proxy before it; absent if nothing does",
    )
    .may_hold(Privacy::FreeText),
    row(
        "server.redirect.state",
        Choice(&["https", "elsewhere", "plain", "closed"]),
        S::Server,
        "what the plain port of the server does: it redirects to HTTPS there; to HTTPS of another host or port; it answers or redirects without HTTPS; nothing listens; absent without https",
    ),
    row("server.redirect.to", Text, S::Server, "where it redirects, if that is elsewhere").may_hold(Privacy::Address),
    row(
        "server.sockjs.state",
        Choice(&["websocket", "off", "other"]),
        S::Server,
        "what SockJS says at the path that the pack names: WebSocket is on, or it is off; or something else answers there; absent without --server",
    ),
    row(
        "server.websocket.state",
        Choice(&["open", "refused"]),
        S::Server,
        "a WebSocket opens at the path that the pack names, or the answer is another one; absent without --server",
    ),
    row("server.websocket.status", Count, S::Server, "HTTP status of that other answer; absent if a WebSocket opens"),
    row(
        "clock.plausible",
        Bool,
        S::Server,
        "the clock is not earlier than the day rampcheck was built, nor than the timestamp of the verified list",
    ),
    row(
        "outbound.<host>.reachable",
        Bool,
        S::Outbound,
        "HTTPS of that host answers, with a certificate that this host trusts; only with --online",
    ),
    row(
        "outbound.registry.reachable",
        Bool,
        S::Outbound,
        "the same of the registry that the running official image comes from, else of Docker Hub",
    ),
    row(
        "plugin.<plugin>.status",
        Choice(&["ok", "warning", "critical"]),
        S::Plugins,
        "what the plugin reports: its exit code; unknown unless --plugin names it",
    ),
    row(
        "plugin.<plugin>.text",
        Text,
        S::Plugins,
        "what the plugin says of it: the first line of its output, without performance data",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.from",
        Choice(&["manifest", "containers", "cluster"]),
        S::Deployment,
        "what tells how the product is or will be deployed: manifests (--manifest), else the release of the chart that is installed in the cluster, else the containers that run here; absent if nothing does",
    ),
    row(
        "deployment.format",
        Choice(&["compose", "values"]),
        S::Deployment,
        "what the manifests are: Compose files, or values of a Helm chart; absent without manifests",
    ),
    row(
        "deployment.services",
        Excerpts,
        S::Deployment,
        "services of the product that are or will be started, as the pack knows them by their images",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.unofficial",
        Excerpts,
        S::Deployment,
        "services that are the product by the last part of their image's name, and whose image is not the vendor's, or is built there; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.unpinned",
        Excerpts,
        S::Deployment,
        "images of the product without a tag that names a release, or a digest: latest, develop, none; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.release",
        Version,
        S::Deployment,
        "release of the product that the tags name; absent if no service is the product, unknown if they name several or none",
    ),
    row(
        "deployment.mongodb",
        Version,
        S::Deployment,
        "version of MongoDB that the tags of its images name; absent if no service is MongoDB, unknown if they name several or none",
    ),
    row(
        "deployment.mongodb_place",
        Choice(&["local", "remote"]),
        S::Deployment,
        "where the MongoDB is that the services use: among them or on this host, or elsewhere, as its address says; absent without an address, unknown if it names neither a service nor a domain",
    ),
    row(
        "deployment.instances",
        Count,
        S::Deployment,
        "instances of the product: its services and their replicas; absent if there is none",
    ),
    row(
        "deployment.microservices",
        Excerpts,
        S::Deployment,
        "services that are microservices of the product; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.variables_missing",
        Excerpts,
        S::Deployment,
        "services of the product without a variable that they need, with its name; absent if all have theirs",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.shortcuts",
        Excerpts,
        S::Deployment,
        "variables that switch a safeguard off, which the vendor does not support; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.standalone_mongodb",
        Excerpts,
        S::Deployment,
        "addresses and commands of MongoDB that name no replica set; absent if all do, or if there is no MongoDB",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.public_backends",
        Excerpts,
        S::Deployment,
        "ports of backends, such as MongoDB's, that are published on every address or on a public one; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.public_metrics",
        Excerpts,
        S::Deployment,
        "the same of ports of metrics; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.no_restart",
        Excerpts,
        S::Deployment,
        "services of the product that do not start again by themselves; absent if all do",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.memory_limit",
        Memory,
        S::Deployment,
        "least memory limit of a service of the product; absent without a limit",
    ),
    row(
        "deployment.local_uploads",
        Excerpts,
        S::Deployment,
        "volumes and directories of one host that hold the product's uploads; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.monitoring",
        Bool,
        S::Deployment,
        "a service of a program that monitors is among them, as the pack knows it by its image; absent if nothing tells of services",
    ),
    row(
        "deployment.unhealthy",
        Excerpts,
        S::Deployment,
        "running containers of the product whose health check fails, or whose program ends again and again; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.logs_unbounded",
        Excerpts,
        S::Deployment,
        "running containers of the product whose output is kept without a bound: the driver json-file without max-size; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row(
        "deployment.metrics",
        Bool,
        S::Deployment,
        "a running instance of the product listens on a port of metrics, in its own network: /proc/PID/net/tcp; unknown where it listens on several other ports, of which one may be that; absent without a running instance",
    ),
    row(
        "chart.name",
        Text,
        S::Deployment,
        "Helm chart that the product's deployments in the cluster are of, as their label helm.sh/chart says; absent if they have none, or nothing runs in a cluster",
    )
    .may_hold(Privacy::FreeText),
    row("chart.version", Version, S::Deployment, "version of that chart"),
    row(
        "chart.count.<value>",
        Count,
        S::Deployment,
        "a whole number of the chart's values, by its name in the pack: what the manifest sets, or what the cluster has; absent without a chart, and if nothing sets it",
    ),
    row("chart.switch.<value>", Bool, S::Deployment, "what is on or off in the same way; unknown if the version of the chart decides"),
    row("chart.text.<value>", Text, S::Deployment, "a text of the chart's values in the same way; absent if it is empty, too")
        .may_hold(Privacy::FreeText),
    row(
        CLUSTER_STATE,
        Choice(&["reachable", "unreachable"]),
        S::Cluster,
        "whether the API server of the cluster answers kubectl; absent if it is not asked: without --deployment kubernetes, rancher or openshift, without kubectl, and without a kubeconfig (KUBECONFIG, else ~/.kube/config, else that of k3s, RKE2 or kubeadm on a server)",
    ),
    row("cluster.kubectl.version", Version, S::Cluster, "version of kubectl"),
    row("cluster.version", Version, S::Cluster, "version of Kubernetes that the API server runs"),
    row("cluster.nodes", Count, S::Cluster, "nodes of the cluster"),
    row("cluster.nodes_not_ready", Excerpts, S::Cluster, "nodes that are not ready; absent if all are")
        .may_hold(Privacy::FreeText),
    row(
        "cluster.cpus",
        Number("CPUs"),
        S::Cluster,
        "CPUs of the nodes together that are ready and take pods: their capacity, which is what a host would tell of itself",
    ),
    row("cluster.memory", Memory, S::Cluster, "memory of these nodes in the same way"),
    row("cluster.storage_class", Text, S::Cluster, "default StorageClass; absent if none is the default")
        .may_hold(Privacy::FreeText),
    row("cluster.ingress_classes", List, S::Cluster, "IngressClasses; absent if there is none").may_hold(Privacy::FreeText),
    row("cluster.ingress_class", Text, S::Cluster, "default IngressClass; absent if none is the default")
        .may_hold(Privacy::FreeText),
    row(
        "cluster.replicas_missing",
        Excerpts,
        S::Cluster,
        "deployments of the product with fewer replicas that are ready than they should have; absent if there is none",
    )
    .may_hold(Privacy::FreeText),
    row("cluster.helm.version", Version, S::Cluster, "version of helm on this machine; absent if it is not on the search path"),
    row(REACH_PEERS, List, S::Reach, "other nodes whose ports were tested: --reach; absent if none was named")
        .may_hold(Privacy::HostName),
    row(
        "reach.tested",
        List,
        S::Reach,
        "their ports that answered: of the pack's ports between nodes; with proof by `rampcheck reach listen`, or as an open TCP port",
    )
    .may_hold(Privacy::FreeText),
    row(
        "reach.closed",
        List,
        S::Reach,
        "their ports that did not, and how: refused, unreachable, or no answer; absent if every port answered, unknown if nothing listened there",
    )
    .may_hold(Privacy::FreeText),
    row(
        "reach.rtt",
        Number("ms"),
        S::Reach,
        "round-trip time to the slowest of them: the largest of the ports' medians",
    ),
    row("reach.loss", Number("%"), S::Reach, "UDP packets lost on the worst way there and back, of 50"),
    row(
        "reach.mtu",
        Number("bytes"),
        S::Reach,
        "least path MTU to them: the largest IP packet that arrives whole, without fragments; larger ones than 9216 are not tried",
    ),
    row("plan.product", Text, S::Plan, "product asked about"),
    row("plan.tier", Text, S::Plan, "tier judged against; absent without one"),
    row("plan.production", Bool, S::Plan, "the tier is meant for production, or the numbers exceed every tier; absent without either"),
    row("plan.phase", Choice(&["install", "upgrade", "run"]), S::Plan, "moment judged"),
    row(
        "plan.deployment",
        Choice(&["compose", "swarm", "kubernetes", "rancher", "openshift", "nomad", "process", "snap", "other"]),
        S::Plan,
        "how it is or will be deployed: by which orchestration, or as plain processes or a snap; absent when neither said nor assumed",
    ),
    row(
        "plan.mongodb",
        Choice(&["local", "remote"]),
        S::Plan,
        "where MongoDB runs; unknown when neither said nor assumed with the tier, absent if the product has none of its own",
    ),
    row("plan.mongodb_version", Version, S::Plan, "MongoDB version intended; absent when not said"),
    row(
        "plan.role",
        Choice(&["node", "mongodb"]),
        S::Plan,
        "what the host is in a fleet: node runs the product and counts in its totals, mongodb runs MongoDB and nothing else",
    ),
    row("plan.online", Bool, S::Plan, "--online: services of the vendor may be asked"),
    row("plan.nodes", Count, S::Plan, "hosts of the cluster; absent when not said"),
    row(
        "plan.tier_holds",
        Bool,
        S::Plan,
        "the tier holds the numbers of the plan; absent without either, unknown if no table says it",
    ),
    row("plan.beyond", Bool, S::Plan, "the numbers of the plan exceed every tier"),
    row("plan.microservices", Bool, S::Plan, "it is or will be deployed as microservices: --microservices, or assumed with the tier; absent otherwise"),
    row("plan.storage.daily", Storage, S::Plan, "data that is added a day: --daily-gb; absent when not said"),
    row("plan.storage.retention", Number("days"), S::Plan, "days that data is kept; absent without --daily-gb"),
    row("plan.storage.growth", Number("%"), S::Plan, "room for growth, of the data; absent without --daily-gb"),
    row(
        "plan.storage.backup_copies",
        Count,
        S::Plan,
        "copies of the data that backups keep on the same storage; absent without --daily-gb",
    ),
    row(
        "plan.storage.data",
        Storage,
        S::Plan,
        "the data of a day, times the days that it is kept, with room for growth; absent without --daily-gb",
    ),
    row(
        "plan.storage.needed",
        Storage,
        S::Plan,
        "storage to provide for that data and its backup copies; absent without --daily-gb",
    ),
    row("plan.instances", Count, S::Plan, "application instances intended; absent when not said"),
    row(
        "plan.number.<number>",
        Count,
        S::Plan,
        "a number that tiers hold, such as users or mau (monthly active users); absent when not said",
    ),
    row(
        "lines.<table>.state",
        Choice(&["maintained", "ended"]),
        S::Derived,
        "whether the line that a version is on is maintained on the day judged, by a table of the pack; absent where the table does not apply",
    ),
    row("lines.<table>.line", Text, S::Derived, "that line"),
    row("lines.<table>.until", Date, S::Derived, "its last day; absent while none is known"),
    row(
        "release.version",
        Version,
        S::Derived,
        "release judged: --server-version, else that of the manifest, else the server's (its patch as the official container of the same line tells it), else that of the official container that runs here; absent when none is known",
    ),
    row(
        "release.from",
        Choice(&["plan", "manifest", "cluster", "server", "container"]),
        S::Derived,
        "which of them names the release; absent when none does",
    ),
    row(
        "release.build",
        Choice(&["release", "candidate", "development"]),
        S::Derived,
        "kind of build, by the version's suffix (-rc.1, -develop); absent where only major.minor is known",
    ),
    row(
        "release.state",
        Choice(&["supported", "ended", "unlisted"]),
        S::Derived,
        "whether the release is supported on the day judged; unlisted: a candidate or development build that the signed list does not name; unknown between two possible last days, and before the release is out",
    ),
    row("release.line", Text, S::Derived, "the release line it is on, such as 8.5"),
    row("release.lts", Bool, S::Derived, "the line is supported for longer than others"),
    row("release.until", Date, S::Derived, "last day of support that is certain"),
    row("release.until_possible", Date, S::Derived, "a later last day that is possible; absent when there is none"),
    row(
        "release.days_left",
        Number("days"),
        S::Derived,
        "days from the day judged to the certain last day; when support has ended, to the last day that was possible, negative",
    ),
    row(
        "release.authority",
        Choice(&["signed-list", "calendar", "release-date"]),
        S::Derived,
        "what says until when: the vendor's signed list, the pack's calendar, or the day of release and the vendor's rule",
    ),
    row("release.authority_date", Date, S::Derived, "day on which the list was made or the calendar reviewed"),
    row("release.authority_age", Number("days"), S::Derived, "days from that day to the day judged"),
    row("release.supported", Releases, S::Derived, "lines that are supported on the day judged, oldest first"),
    row(
        "release.upgrade",
        Releases,
        S::Derived,
        "lines to upgrade through, one in each major release; the last is the newest long-term line, else the newest; absent when nothing newer is supported",
    ),
    row(
        "size.cpus",
        Number("CPUs"),
        S::Derived,
        "CPUs that count: cpu.online; in a system container cpu.quota, if that is less; unknown in a container for one program",
    ),
    row(
        "size.cores",
        Number("cores"),
        S::Derived,
        "cores that count: cpu.physical on hardware, size.cpus on a virtual machine; limited in the same way",
    ),
    row(
        "size.memory",
        Memory,
        S::Derived,
        "memory that counts: memory.total, or docker.engine.memory if that is less (Docker Desktop), limited by memory.limit in the same way",
    ),
    row("size.storage", Storage, S::Derived, "storage that counts: storage.data.size; unknown in a container for one program"),
    row(
        "release.mongodb",
        List,
        S::Derived,
        "MongoDB lines that the release runs with: as the vendor's service answers, else as the calendar says; of the newest release if none is known; absent if the product needs none",
    ),
    row(
        "mongodb.version",
        Version,
        S::Derived,
        "MongoDB version judged: --mongodb-version, else that of the manifest, else container.mongodb, else the newest line of release.mongodb; absent for a MongoDB elsewhere that nobody named",
    ),
    row(
        "mongodb.from",
        Choice(&["plan", "manifest", "cluster", "container", "release"]),
        S::Derived,
        "what says that version: the plan, the manifest, the cluster, the container that runs here, or what the release needs, which is an assumption",
    ),
    row("mongodb.compatible", Bool, S::Derived, "the release runs with this MongoDB version; unknown without its minor number"),
    row(
        "deployment.judged",
        Bool,
        S::Derived,
        "what tells of the deployment (deployment.from) is judged: running containers only in the phases upgrade and run; absent if nothing tells of it",
    ),
    row(
        "os.released",
        Bool,
        S::Derived,
        "the month that the number of an Ubuntu release names is over on the day judged; absent on other systems",
    ),
    row("fleet.hosts", Count, S::Derived, "hosts whose reports count"),
    row(
        "fleet.complete",
        Bool,
        S::Derived,
        "every host that is expected has a report that counts; unknown if one has not, with the reason",
    ),
    row("fleet.docker.lines", List, S::Derived, "release lines of Docker Engine on the nodes, such as 28 and 29").may_hold(Privacy::FreeText),
    row("fleet.docker.alike", Bool, S::Derived, "all nodes run the same release line of Docker Engine; absent for fewer than two nodes"),
    row("fleet.releases", List, S::Derived, "releases of the product that run on the nodes").may_hold(Privacy::FreeText),
    row("fleet.releases.alike", Bool, S::Derived, "all nodes on which it runs, run the same release; absent if it runs on fewer than two"),
    row("fleet.mongodb.hosts", Count, S::Derived, "hosts whose role is mongodb; absent if no host has it"),
    row("fleet.mongodb.versions", List, S::Derived, "versions of MongoDB that run on the hosts").may_hold(Privacy::FreeText),
    row("fleet.mongodb.alike", Bool, S::Derived, "all of them have the same major and minor number; absent for fewer than two"),
    row(
        "fleet.swarm.managers",
        Count,
        S::Derived,
        "managers of the Swarm as its managers among the hosts see it; absent when no host belongs to one, unknown when they differ",
    ),
    row(
        "fleet.swarm.alike",
        Bool,
        S::Derived,
        "all nodes belong to one Swarm: its managers see as many nodes as there are here, and as many managers; absent when no host belongs to one",
    ),
    row(
        "fleet.clock.apart",
        Number("s"),
        S::Derived,
        "how far apart two clocks of the hosts can be: the sum of the two largest clock.max_error; unknown if one is not synchronized",
    ),
    row(
        "chart.share.<value>",
        Number("each"),
        S::Derived,
        "a number of the plan, shared among so many as chart.count.<value> says, as the pack relates them; absent without either",
    ),
    row("server.tls.days_left", Number("days"), S::Derived, "days from the day judged to the last day of the server's certificate"),
    row(
        "storage.data.available_share",
        Number("%"),
        S::Derived,
        "share of the data file system that is available: storage.data.available of storage.data.size",
    ),
    row(
        "storage.images.available_share",
        Number("%"),
        S::Derived,
        "the same of the images' file system; absent if that is the data file system",
    ),
];

/// The row of a fact's full name, such as `ports.tcp.443.state`.
pub fn lookup(name: &str) -> Option<&'static Row> {
    // Loading the packs looks up some thousand names.
    static PLAIN: LazyLock<HashMap<&str, &Row>> =
        LazyLock::new(|| CATALOGUE.iter().map(|row| (row.name, row)).collect());
    // What stands before their placeholders tells most of them from a name.
    static OPEN: LazyLock<Vec<(&str, &Row)>> =
        LazyLock::new(|| CATALOGUE.iter().filter_map(|row| Some((row.split()?.0, row))).collect());
    match PLAIN.get(name) {
        Some(row) if !row.is_open() => Some(row),
        _ => {
            let mut like = OPEN.iter().filter(|(before, _)| name.starts_with(before)).map(|(_, row)| *row);
            like.find(|row| row.argument(name).is_some())
        }
    }
}

/// Whether a fact costs the run of a program that nothing else needs, and is collected only when something asks for it.
pub fn is_on_demand(name: &str) -> bool {
    name == CLIENT_VERSION || name.starts_with("tools.") && name.ends_with(".version")
}

/// Whether a plugin can be called that: small letters, digits and hyphens between them.
pub fn is_plugin_name(name: &str) -> bool {
    let word = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    word && (1..=PLUGIN_NAME).contains(&name.len()) && !name.starts_with('-') && !name.ends_with('-')
}

/// The catalogue name nearest to `name`, to suggest instead of it.
pub fn suggest(name: &str) -> Option<&'static str> {
    nearest(name, CATALOGUE.iter().map(|row| row.name))
}

/// The candidate nearest to `word`, when one is near enough to be meant; small and capital letters are the same.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

impl Row {
    const fn may_hold(self, privacy: Privacy) -> Self {
        Self { privacy, ..self }
    }

    /// Whether a probe reads it; the others come from the plan, or are derived.
    pub fn is_observed(&self) -> bool {
        !matches!(self.subject, Subject::Plan | Subject::Derived)
    }

    /// The name split around its placeholder: what stands before and after it.
    fn split(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let (before, rest) = self.name.split_once('<')?;
        let (placeholder, after) = rest.split_once('>')?;
        Some((before, placeholder, after))
    }

    /// What stands in `name` where this row has its placeholder.
    pub fn argument<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (before, placeholder, after) = self.split()?;
        let argument = name.strip_prefix(before)?.strip_suffix(after)?;
        let fits = match placeholder {
            "host" => {
                let word = argument.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b));
                word && argument.contains('.') && argument.split('.').all(|label| !label.is_empty())
            }
            "number" | "table" | "value" => {
                !argument.is_empty()
                    && argument.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
            }
            "plugin" => is_plugin_name(argument),
            "port" => argument.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == argument),
            _ => {
                let word =
                    argument.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_+".contains(&b));
                !argument.is_empty() && word && (after != ".version" || VERSIONED_TOOLS.contains(&argument))
            }
        };
        fits.then_some(argument)
    }

    /// Whether its name holds a placeholder.
    pub fn is_open(&self) -> bool {
        self.name.contains('<')
    }

    /// The full name with `argument` in the placeholder's stead.
    pub fn with(&self, argument: &str) -> String {
        match self.split() {
            Some((before, _, after)) => format!("{before}{argument}{after}"),
            None => self.name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_their_placeholder_filled() {
        assert_eq!(lookup("ports.tcp.443.state").map(|row| row.name), Some("ports.tcp.<port>.state"));
        assert_eq!(lookup("tools.git.version").map(|row| row.name), Some("tools.<tool>.version"));
        assert_eq!(
            lookup("outbound.cloud.rocket.chat.reachable").map(|row| row.name),
            Some("outbound.<host>.reachable")
        );
        assert_eq!(lookup("plugin.ntp-offset.status").map(|row| row.name), Some("plugin.<plugin>.status"));
        assert_eq!(lookup("outbound.registry.reachable").map(|row| row.name), Some("outbound.registry.reachable"));
        for wrong in [
            "outbound.cloud.reachable",
            "outbound.cloud..chat.reachable",
            "outbound.a/b.c.reachable",
            "ports.tcp.0.state",
            "ports.tcp.070.state",
            "ports.tcp.70000.state",
            "tools.rm.version",
            "tools..path",
            "os",
            "tools.a/b.path",
            "plugin.Ntp.status",
            "plugin.-ntp.status",
            "plugin.ntp-.status",
            "plugin.a/b.status",
            "plugin.a.b.status",
            "plugin..status",
            "plugin.aaaaaaaaaabbbbbbbbbbccccccccccddddddddddx.status",
        ] {
            assert!(lookup(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        assert_eq!(suggest("docker.engine.verison"), Some("docker.engine.version"));
        assert_eq!(suggest("zzz"), None);
    }

    /// A text can hold anything, so that each row must say what. Those listed hold words of vendors and distributions.
    #[test]
    fn what_a_text_can_hold_is_said() {
        const HARMLESS: [&str; 21] = [
            "os.id",
            "os.pretty_name",
            "cpu.model",
            "os.id_like",
            "os.codename",
            "kernel.arch",
            "cpu.flags",
            "storage.root.path",
            "storage.root.fstype",
            "storage.data.fstype",
            "docker.engine.storage_driver",
            "docker.engine.cgroup_version",
            "host.virtualization",
            "host.container",
            "support_list.key",
            "release_info.mongodb",
            "release.mongodb",
            "plan.product",
            "plan.tier",
            "lines.<table>.line",
            "release.line",
        ];
        for row in CATALOGUE.iter().filter(|row| matches!(row.kind, Kind::Text | Kind::List)) {
            assert!(row.privacy != Privacy::Nothing || HARMLESS.contains(&row.name), "{}", row.name);
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<_> = CATALOGUE.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CATALOGUE.len());
    }
}
