//! REQUIREMENTS' rows on how a product is deployed, each with a plan that passes and one that does not.

use crate::support::{Check, Folder, in_parallel, scratch};

/// A Compose file as the vendor wants it.
const COMPOSE: &str = "\
services:
  rocketchat:
    image: registry.rocket.chat/rocketchat/rocket.chat:8.5.1
    restart: always
    environment:
      MONGO_URL: mongodb://mongodb:27017/rocketchat?replicaSet=rs0
      ROOT_URL: https://chat.example.com
    ports: ['127.0.0.1:3000:3000', '127.0.0.1:9458:9458']
  mongodb:
    image: mongo:8.0
    restart: always
    command: mongod --replSet rs0
    ports: ['127.0.0.1:27017:27017']
";

/// Microservices, which the vendor supports on Kubernetes alone.
const MICROSERVICES: &str = "\
services:
  presence:
    image: rocketchat/presence-service:8.5.1
    environment: { MONGO_URL: 'mongodb://db/?replicaSet=rs0', TRANSPORTER: 'nats://nats-a' }
  rocketchat:
    image: rocketchat/rocket.chat:8.5.1
    environment: { MONGO_URL: 'mongodb://db/?replicaSet=rs0', ROOT_URL: 'https://a.test', TRANSPORTER: 'nats://nats-b' }
";

/// Values of the vendor's chart in today's layout.
const VALUES: &str = "\
image:
  repository: registry.rocket.chat/rocketchat/rocket.chat
  tag: 8.5.1
host: chat.example.com
replicaCount: 2
ingress:
  enabled: true
  ingressClassName: nginx
externalMongodbUrl: mongodb://db:27017/rocketchat?replicaSet=rs0
mongodb:
  enabled: false
microservices:
  enabled: true
  ddpStreamer:
    replicas: 2
";

/// The same in the old layout.
const OLD_VALUES: &str = "\
image:
  repository: rocketchat/rocket.chat
  tag: 7.6.1
host: chat.example.com
microservices:
  enabled: true
  streamHub:
    enabled: true
ddpStreamer:
  replicas: 2
";

const KUBERNETES: &str = "--deployment kubernetes --microservices --concurrent 1000";

/// A row, and the check that carries it.
struct Row {
    row: &'static str,
    check: &'static str,
    /// What both plans say.
    plan: &'static str,
    /// What they deploy, if they name a manifest.
    manifest: &'static str,
    /// What the one says besides, or has in its manifest.
    passes: &'static str,
    /// What the other says in its place.
    fails: &'static str,
    /// `failed` or `warning`; with `, else skipped` if the check does not apply to the plan that passes.
    as_what: &'static str,
}

/// A row whose plans say different things.
const fn said(
    row: &'static str,
    check: &'static str,
    plan: &'static str,
    passes: &'static str,
    fails: &'static str,
    as_what: &'static str,
) -> Row {
    Row { row, check, plan, manifest: "", passes, fails, as_what }
}

/// A row whose plans deploy different things.
const fn deployed(
    row: &'static str,
    check: &'static str,
    plan: &'static str,
    manifest: &'static str,
    passes: &'static str,
    fails: &'static str,
    as_what: &'static str,
) -> Row {
    Row { row, check, plan, manifest, passes, fails, as_what }
}

/// Product of each table, and its rows.
const ROCKETCHAT: &[Row] = &[
    // 2.1
    deployed(
        "the official image",
        "official-images",
        "",
        COMPOSE,
        "registry.rocket.chat/rocketchat/rocket.chat:8.5.1",
        "acme/rocket.chat:8.5.1",
        "failed",
    ),
    deployed("a pinned tag", "pinned-tag", "", COMPOSE, "rocket.chat:8.5.1", "rocket.chat:latest", "failed"),
    deployed("a pinned tag, in values too", "pinned-tag", KUBERNETES, VALUES, "tag: 8.5.1", "tag: latest", "failed"),
    deployed(
        "the release of the tag is supported",
        "server-version",
        "",
        COMPOSE,
        "rocket.chat:8.5.1",
        "rocket.chat:7.5.1",
        "failed",
    ),
    said("containers only", "official-image", "", "--deployment compose", "--deployment process", "failed"),
    said(
        "Compose 2 or newer",
        "compose",
        "--deployment compose",
        "--attest compose.version=2.30.0",
        "--attest compose.version=1.29.2",
        "failed",
    ),
    said(
        "podman is a warning",
        "docker-engine-flavor",
        "",
        "--attest docker.engine.flavor=docker",
        "--attest docker.engine.flavor=podman",
        "warning",
    ),
    said(
        "Docker 24 or newer is recommended",
        "docker-engine",
        "",
        "--attest docker.engine.version=24.0.0",
        "--attest docker.engine.version=23.0.6",
        "warning",
    ),
    said(
        "OpenSSL 1.1 or newer is recommended",
        "openssl",
        "",
        "--attest openssl.version=1.1.1",
        "--attest openssl.version=1.0.2k",
        "warning",
    ),
    said(
        "official images are for x86_64 and aarch64",
        "architecture",
        "",
        "--attest kernel.arch=x86_64",
        "--attest kernel.arch=riscv64",
        "failed",
    ),
    said(
        "tier small-office has MongoDB elsewhere",
        "mongodb-elsewhere",
        "--tier small-office",
        "--mongodb remote",
        "--mongodb local",
        "failed",
    ),
    // 2.2
    said(
        "several instances: Compose, Kubernetes, Rancher or OpenShift",
        "deployment-method",
        "--instances 2",
        "--deployment rancher",
        "--deployment swarm",
        "failed",
    ),
    said(
        "more than 2,000 users: the same",
        "deployment-method",
        "--users 2001",
        "--deployment compose",
        "--deployment nomad",
        "failed",
    ),
    deployed(
        "several instances of the manifest: the same",
        "deployment-method",
        "--deployment swarm",
        COMPOSE,
        "    restart: always\n    environment:",
        "    restart: always\n    deploy: { replicas: 2 }\n    environment:",
        "failed, else skipped",
    ),
    said(
        "microservices on Kubernetes only, whatever the tier",
        "microservices-method",
        "--microservices",
        "--deployment kubernetes",
        "--deployment compose",
        "failed",
    ),
    deployed(
        "microservices of a manifest, too",
        "microservices-method",
        "--deployment compose",
        COMPOSE,
        "mongo:8.0",
        "rocketchat/ddp-streamer-service:8.5.1",
        "failed, else skipped",
    ),
    deployed(
        "ddp-streamer for every 500 concurrent users",
        "ddp-streamer",
        KUBERNETES,
        VALUES,
        "replicas: 2",
        "replicas: 1",
        "warning",
    ),
    deployed(
        "the same in the old layout",
        "ddp-streamer",
        KUBERNETES,
        OLD_VALUES,
        "ddpStreamer:\n  replicas: 2",
        "ddpStreamer:\n  replicas: 1",
        "warning",
    ),
    deployed("one stream-hub", "stream-hub", KUBERNETES, OLD_VALUES, "tag: 7.6.1", "tag: 8.5.1", "failed"),
    deployed(
        "no stream-hub on 8.x",
        "stream-hub",
        KUBERNETES,
        VALUES,
        "    replicas: 2\n",
        "    replicas: 2\n  streamHub:\n    enabled: true\n",
        "failed, else skipped",
    ),
    deployed(
        "every service has MONGO_URL",
        "service-variables",
        "",
        COMPOSE,
        "MONGO_URL:",
        "MONGO_OTHER_URL:",
        "warning",
    ),
    said(
        "/sockjs and /websocket lead to the WebSocket service",
        "server-websocket-microservices",
        "--microservices --attest server.sockjs.state=websocket",
        "--attest server.websocket.state=open",
        "--attest server.websocket.state=refused",
        "failed",
    ),
    said(
        "the main application is asked, too",
        "server-websocket",
        "--attest server.sockjs.state=websocket",
        "--attest server.websocket.state=open",
        "--attest server.websocket.state=refused",
        "warning",
    ),
    deployed("host is set", "chart-host", KUBERNETES, VALUES, "host: chat.example.com", "host: ''", "warning"),
    deployed(
        "ingress.enabled",
        "chart-ingress",
        KUBERNETES,
        VALUES,
        "  enabled: true\n  ingressClassName",
        "  enabled: false\n  ingressClassName",
        "warning",
    ),
    said(
        "Helm 3",
        "helm",
        "--deployment kubernetes --microservices --attest cluster.state=reachable",
        "--attest cluster.helm.version=3.16.2",
        "--attest cluster.helm.version=2.17.0",
        "failed",
    ),
    said(
        "N - 1 instances for N cores",
        "instances",
        "--deployment compose --attest cpu.online=4",
        "--instances 3",
        "--instances 1",
        "warning",
    ),
    // 2.4
    said(
        "MongoDB by the line of the release",
        "mongodb-release",
        "--server-version 8.5.1",
        "--mongodb-version 8.0",
        "--mongodb-version 7.0",
        "failed",
    ),
    deployed("the same of a manifest", "mongodb-release", "", COMPOSE, "mongo:8.0", "mongo:6.0", "failed"),
    deployed("a replica set in the address", "replica-set", "", COMPOSE, "?replicaSet=rs0", "", "failed"),
    deployed("a replica set as an option", "replica-set", "", COMPOSE, "?replicaSet=", "&replicaSet=", "failed"),
    deployed("a replica set of the server", "replica-set", "", COMPOSE, "mongod --replSet rs0", "mongod", "failed"),
    deployed("a replica set with a name", "replica-set", "", COMPOSE, "--replSet rs0", "--replSet", "failed"),
    deployed(
        "TRANSPORTER of a microservice is a nats:// address",
        "microservices-variables",
        "--microservices",
        MICROSERVICES,
        "nats://nats-a",
        "redis://nats-a",
        "failed",
    ),
    deployed(
        "TRANSPORTER of the application beside microservices",
        "microservices-variables",
        "--microservices",
        MICROSERVICES,
        ", TRANSPORTER: 'nats://nats-b'",
        "",
        "failed",
    ),
    deployed(
        "no switch around a safeguard",
        "unsupported-shortcuts",
        "",
        COMPOSE,
        "ROOT_URL:",
        "SKIP_MONGODEPRECATION_CHECK: 'true'\n      ROOT_URL:",
        "failed",
    ),
    said(
        "MongoDB 5 needs AVX",
        "mongodb-cpu-avx",
        "--mongodb local --mongodb-version 8.0",
        "--attest cpu.flags=sse,avx",
        "--attest cpu.flags=sse",
        "failed",
    ),
    said(
        "and ARMv8.2-A",
        "mongodb-cpu-arm",
        "--mongodb local --mongodb-version 8.0 --attest kernel.arch=aarch64",
        "--attest cpu.flags=atomics,asimdrdm,dcpop",
        "--attest cpu.flags=fp,asimd",
        "failed",
    ),
    said(
        "MongoDB 8 and Linux 6.19 to 7.0.13",
        "mongodb-kernel",
        "--mongodb local --mongodb-version 8.0",
        "--attest kernel.upstream=7.0.14",
        "--attest kernel.upstream=7.0.13",
        "failed",
    ),
    said(
        "XFS",
        "mongodb-xfs",
        "--mongodb local",
        "--attest storage.data.fstype=xfs",
        "--attest storage.data.fstype=ext4",
        "warning",
    ),
    said(
        "64,000 open files",
        "mongodb-nofile",
        "--mongodb local",
        "--attest docker.limits.mongodb_nofile=64000",
        "--attest docker.limits.mongodb_nofile=63999",
        "warning",
    ),
    said(
        "huge pages on from MongoDB 8",
        "mongodb-thp",
        "--mongodb local --mongodb-version 8.0",
        "--attest kernel.thp=always",
        "--attest kernel.thp=never",
        "warning",
    ),
    said(
        "huge pages off up to 7",
        "mongodb-thp",
        "--mongodb local --mongodb-version 7.0",
        "--attest kernel.thp=never",
        "--attest kernel.thp=always",
        "warning",
    ),
    said(
        "swappiness 1",
        "mongodb-swappiness",
        "--mongodb local",
        "--attest kernel.swappiness=1",
        "--attest kernel.swappiness=60",
        "warning",
    ),
    said(
        "27017 on private addresses only",
        "mongodb-port-private",
        "",
        "--attest ports.tcp.27017.exposure=loopback",
        "--attest ports.tcp.27017.exposure=public",
        "warning",
    ),
    said(
        "4222 likewise",
        "nats-port-private",
        "",
        "--attest ports.tcp.4222.exposure=private",
        "--attest ports.tcp.4222.exposure=public",
        "warning",
    ),
    deployed(
        "27017 published by a manifest",
        "published-backends",
        "",
        COMPOSE,
        "127.0.0.1:27017:27017",
        "27017:27017",
        "warning",
    ),
    deployed(
        "27017 published as 443",
        "published-backends",
        "",
        COMPOSE,
        "127.0.0.1:27017:27017",
        "443:27017",
        "warning",
    ),
    deployed(
        "metrics published by a manifest",
        "published-metrics",
        "",
        COMPOSE,
        "127.0.0.1:9458:9458",
        "0.0.0.0:9458:9458",
        "warning",
    ),
    said(
        "the registry is reached",
        "outbound-registry",
        "--online",
        "--attest outbound.registry.reachable=true",
        "--attest outbound.registry.reachable=false",
        "warning",
    ),
    deployed(
        "it starts again by itself",
        "restart-policy",
        "",
        COMPOSE,
        "8.5.1\n    restart: always",
        "8.5.1\n    restart: 'no'",
        "warning",
    ),
    deployed(
        "memory limits hold the tier",
        "memory-limit",
        "--tier bare-metal",
        COMPOSE,
        "8.5.1\n",
        "8.5.1\n    mem_limit: 512m\n",
        "warning, else skipped",
    ),
    deployed(
        "uploads of several instances are shared",
        "shared-uploads",
        "--instances 2",
        COMPOSE,
        "8.5.1\n",
        "8.5.1\n    volumes: ['/srv/uploads:/app/uploads']\n",
        "warning",
    ),
];

const COMETCHAT: &[Row] = &[
    said(
        "Swarm, or Compose for tests",
        "deployment-method",
        "--tier baseline-10k",
        "--deployment swarm",
        "--deployment kubernetes",
        "failed",
    ),
    said(
        "a Swarm for production",
        "production-in-swarm",
        "--tier baseline-10k",
        "--deployment swarm",
        "--deployment compose",
        "warning",
    ),
    said(
        "the Swarm is active in operation",
        "swarm-active",
        "--tier baseline-10k --phase run",
        "--attest docker.swarm.state=active",
        "--attest docker.swarm.state=inactive",
        "warning",
    ),
    said(
        "three or five managers",
        "swarm-managers",
        "--tier baseline-10k --phase run --attest docker.swarm.state=active --attest docker.swarm.control=true",
        "--attest docker.swarm.managers=3",
        "--attest docker.swarm.managers=2",
        "warning",
    ),
    said(
        "port 443 is free for it",
        "port-443",
        "--tier qa",
        "--attest ports.tcp.443.state=free",
        "--attest ports.tcp.443.state=in-use",
        "failed",
    ),
    said(
        "port 80 is free for it",
        "port-80",
        "--tier qa",
        "--attest ports.tcp.80.state=free",
        "--attest ports.tcp.80.state=in-use",
        "failed",
    ),
    said(
        "443 is the product's in operation",
        "port-443-running",
        "--tier qa --phase run --attest ports.tcp.443.state=in-use",
        "--attest ports.tcp.443.holder=docker",
        "--attest ports.tcp.443.holder=process",
        "warning",
    ),
    said(
        "databases are never public",
        "backend-ports-private",
        "--tier qa",
        "--attest ports.tcp.3306.exposure=private",
        "--attest ports.tcp.3306.exposure=public",
        "failed",
    ),
    said(
        "monitoring is never public",
        "monitoring-ports-private",
        "--tier qa",
        "--attest ports.tcp.9090.exposure=private",
        "--attest ports.tcp.9090.exposure=public",
        "failed",
    ),
    deployed(
        "nor published by a manifest",
        "published-backends",
        "--tier qa",
        "services: { db: { image: 'mysql:8', ports: ['127.0.0.1:3306:3306'] } }\n",
        "127.0.0.1:3306:3306",
        "3306:3306",
        "warning",
    ),
    said(
        "80 only redirects to HTTPS",
        "server-redirect",
        "--tier qa",
        "--attest server.redirect.state=https",
        "--attest server.redirect.state=plain",
        "failed",
    ),
    said(
        "the certificate is valid, TLS 1.2 or newer",
        "server-certificate",
        "--tier qa",
        "--attest server.tls.state=valid",
        "--attest server.tls.state=outdated",
        "warning",
    ),
    said(
        "more than 30 days of it are left",
        "server-certificate-ending",
        "--tier qa --attest server.tls.state=valid",
        "--attest server.tls.ends=2027-01-31",
        "--attest server.tls.ends=2026-12-10",
        "warning",
    ),
    said(
        "SSD for production",
        "storage-media",
        "--tier baseline-10k",
        "--attest storage.data.media=ssd",
        "--attest storage.data.media=hdd",
        "failed",
    ),
    said(
        "production starts with 100 GB",
        "storage-start",
        "--tier baseline-10k --nodes 1",
        "--attest storage.data.size=100GB",
        "--attest storage.data.size=90GB",
        "warning",
    ),
    said(
        "500 GB are planned",
        "storage-planning",
        "--tier baseline-10k --nodes 1",
        "--attest storage.data.size=500GB",
        "--attest storage.data.size=400GB",
        "warning",
    ),
    said(
        "growth, backups and retention",
        "storage-data",
        "--tier qa --daily-gb 1 --retention-days 90 --growth 50 --backup-copies 2",
        "--attest storage.data.size=405GB",
        "--attest storage.data.size=300GB",
        "warning",
    ),
    said(
        "15 % of the data are free",
        "storage-free",
        "--tier qa --attest storage.data.size=100GB",
        "--attest storage.data.available=16GB",
        "--attest storage.data.available=14GB",
        "warning",
    ),
    said(
        "500,000 open files",
        "nofile",
        "--tier qa",
        "--attest docker.limits.nofile=500000",
        "--attest docker.limits.nofile=499999",
        "warning",
    ),
];

/// Every row passes and fails as it says.
#[track_caller]
fn hold(product: &str, rows: &[Row]) {
    let folder = scratch(&format!("rows-{product}"));
    let numbered: Vec<_> = rows.iter().enumerate().collect();
    let wrong = in_parallel(&numbered, |(number, row)| {
        let mut wrong = Vec::new();
        let (fails, passes) = row.as_what.split_once(", else ").unwrap_or((row.as_what, "passed"));
        for (what, is_good, expected) in [("pass", true, passes), ("fail", false, fails)] {
            let file = format!("{number}-{what}.yml");
            let status = status(&folder, product, row, &file, is_good);
            if status != expected {
                wrong.push(format!("{}: the plan that should {what}: {} is {status}", row.row, row.check));
            }
        }
        wrong
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn status(folder: &Folder, product: &str, row: &Row, file: &str, is_good: bool) -> String {
    let said = if is_good { row.passes } else { row.fails };
    let mut arguments: Vec<_> = row.plan.split_whitespace().map(str::to_owned).collect();
    if row.manifest.is_empty() {
        arguments.extend(said.split_whitespace().map(str::to_owned));
    } else {
        assert!(row.manifest.contains(row.passes), "{}: the manifest has no `{}`", row.row, row.passes);
        let path = folder.write(file, row.manifest.replacen(row.passes, said, 1));
        arguments.extend(["--manifest".to_owned(), path]);
    }
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    Check::of(product).on("rhel-8.10").with(&arguments).report().finding(row.check).status
}

#[test]
fn rocket_chats_rows_pass_and_fail() {
    hold("rocketchat", ROCKETCHAT);
}

#[test]
fn cometchats_rows_pass_and_fail() {
    hold("cometchat", COMETCHAT);
}
