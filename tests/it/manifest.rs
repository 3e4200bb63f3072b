//! `--manifest`: what will be deployed is judged by file and line, and no secret of it is shown.

use crate::support::{Check, Folder, rampcheck, recorded, scratch};

/// Secrets that the files below hold, each in another place.
const SECRETS: [&str; 9] = [
    "s3cret-in-url",
    "s3cret-in-dotenv",
    "s3cret-in-env-file",
    "s3cret-of-nats",
    "s3cret-option",
    "s3cret-root",
    "s3cret-default",
    "s3cret-label",
    "s3cret-parameter",
];

/// A deployment without a fault, laid out as the vendor's Compose files are.
const GOOD: &str = "\
x-restart: &restart
  restart: unless-stopped

services:
  traefik:
    <<: *restart
    image: traefik:v3.1
    command:
      - --providers.docker=true
      - --entrypoints.websecure.address=:443
    ports:
      - 80:80
      - 443:443

  rocketchat:
    <<: *restart
    image: ${IMAGE:-registry.rocket.chat/rocketchat/rocket.chat}:${RELEASE:?name a release}
    labels:
      traefik.enable: \"true\"
      password: s3cret-label
    environment:
      MONGO_URL: mongodb://root:${MONGODB_PASSWORD:-s3cret-default}@mongodb:27017/rocketchat?replicaSet=${RS:-rs0}&tlsCertificateKeyFilePassword=s3cret-parameter
      ROOT_URL: ${ROOT_URL:-https://chat.example.com}
      PORT: ${PORT:-3000}
      ADMIN_PASS: s3cret-root
    env_file:
      - mail.env
    depends_on: [mongodb]
    expose: [3000]
    ports:
      - \"${BIND_IP:-127.0.0.1}:${HOST_PORT:-3000}:${PORT:-3000}\"

  mongodb:
    <<: *restart
    image: mongo:8.0
    command: mongod --oplogSize 128 --replSet rs0 --keyFile s3cret-option
    volumes:
      - mongodb_data:/data/db

  debug:
    image: rocketchat/rocket.chat:latest
    profiles: [debug]

volumes:
  mongodb_data: {}
";

const DOTENV: &str = "\
# The release and the password
RELEASE=8.6.1
MONGODB_PASSWORD='s3cret-in-dotenv'
";

fn good(folder: &Folder) -> String {
    folder.write(".env", DOTENV);
    folder.write("mail.env", "MAIL_URL=smtp://user:s3cret-in-env-file@mail.example.com\n");
    folder.write("compose.yml", GOOD)
}

/// The application, as the vendor's `compose.yml` lays it out.
const APPLICATION: &str = "\
services:
  rocketchat:
    image: ${IMAGE:-registry.rocket.chat/rocketchat/rocket.chat}:${RELEASE:-latest}
    restart: always
    environment:
      ROOT_URL: ${ROOT_URL:-http://localhost}
      MONGO_URL: ${MONGO_URL:-mongodb://mongodb:27017/rocketchat?replicaSet=rs0}
      TRANSPORTER: \"${NATS_URL-monolith+nats://nats:4222}\"
    ports:
      - \"${BIND_IP:-0.0.0.0}:${HOST_PORT:-3000}:${PORT:-3000}\"
      - \"${BIND_IP:-0.0.0.0}:${METRICS_PORT:-9458}:${METRICS_PORT:-9458}\"
  web:
    image: traefik:v3.1
    ports: ['${WEB_IP}:443:443']
  node-exporter:
    image: docker.io/prom/node-exporter:v1.9.1
    network_mode: host
    command: ['--collector.filesystem.mount-points-exclude=^/(sys|proc)($$|/)']
";

/// Its database, as the vendor's `compose.database.yml` lays it out: one container owns the data, one starts the replica set.
const DATABASE: &str = "\
services:
  nats:
    image: docker.io/nats:2.11-alpine
    ports: ['${NATS_BIND_IP:-127.0.0.1}:4222:4222']
  mongodb-owner:
    image: docker.io/mongodb/mongodb-community-server:${MONGODB_VERSION:-8.2}-ubi8
    restart: on-failure
    entrypoint: |
      sh -xc '
        owner=\"$(stat -c %u /data/db)\";
        if [ \"$$owner\" != \"1001\" ]; then chown -R 1001 /data/db; fi;
      '
  mongodb-init:
    image: docker.io/mongodb/mongodb-community-server:${MONGODB_VERSION:-8.2}-ubi8
    restart: on-failure
    environment:
      MONGODB_REPLICA_SET_NAME: ${MONGODB_REPLICA_SET_NAME:-rs0}
    entrypoint: |
      sh -xc '
        mongosh --host mongodb --eval \"rs.initiate({_id: \\\"$$MONGODB_REPLICA_SET_NAME\\\"})\";
      '
  mongodb:
    image: docker.io/mongodb/mongodb-community-server:${MONGODB_VERSION:-8.2}-ubi8
    restart: always
    command:
      - --replSet
      - ${MONGODB_REPLICA_SET_NAME:-rs0}
      - --bind_ip_all
    ports: ['${MONGODB_BIND_IP:-127.0.0.1}:${MONGODB_PORT_NUMBER:-27017}:${MONGODB_PORT_NUMBER:-27017}']
";

/// Microservices on Compose, with every fault that a file can have.
const BAD: &str = "\
services:
  rocketchat:
    image: rocketchat/rocket.chat:latest
    environment:
      - MONGO_URL=mongodb://root:s3cret-in-url@mongodb:27017/rocketchat
      - BYPASS_OPLOG_VALIDATION=true
    ports: ['3000:3000', '9458:9458']
    mem_limit: 256m
    volumes: ['./uploads:/app/uploads']
    deploy: { replicas: 2 }
  ddp-streamer:
    image: rocketchat/ddp-streamer-service:8.6.1
    restart: always
    environment:
      MONGO_URL: mongodb://mongodb:27017/rocketchat?replicaSet=rs0
      TRANSPORTER: nats://token:s3cret-of-nats@nats:4222
  presence:
    image: acme/presence-service:8.6.1
    restart: 'no'
    environment:
      MONGO_URL: mongodb://mongodb:27017/rocketchat?replicaSet=rs0
  mongodb:
    image: mongo:7.0
    restart: always
    command: mongod --auth s3cret-option
    ports: ['27017:27017']
";

fn check(manifest: &str) -> Check {
    Check::of("rocketchat").on("vm-16gb-virtio").with(&["--deployment", "compose", "--manifest", manifest])
}

#[test]
fn a_good_deployment_has_no_failing_finding() {
    let folder = scratch("manifest-good");
    let report = check(&good(&folder)).tier("vps-recommended").report();
    for id in [
        "official-images",
        "pinned-tag",
        "manifest-product",
        "service-variables",
        "unsupported-shortcuts",
        "replica-set",
        "restart-policy",
        "published-backends",
        "published-metrics",
        "server-version",
        "mongodb-release",
    ] {
        assert_eq!(report.outcome(id), "pass", "{id}");
    }
    for id in ["memory-limit", "shared-uploads", "microservices-method"] {
        assert_eq!(report.outcome(id), "skipped", "{id}");
    }
    assert_eq!(report.fact("deployment.release")["value"], "8.6.1");
    assert_eq!(report.fact("release.from")["value"], "manifest");
    assert_eq!(report.fact("mongodb.from")["value"], "manifest");
    let place = report.fact("deployment.from")["place"].as_str().unwrap().to_owned();
    assert!(place.ends_with("compose.yml, without debug: profiles start them"), "{place}");
}

/// One service, with MongoDB where the address says.
fn with_mongodb_at(address: &str) -> String {
    format!(
        "services:\n  rocketchat:\n    image: rocketchat/rocket.chat:8.6.1\n    restart: always\n    environment:\n      \
         MONGO_URL: {address}\n      ROOT_URL: https://chat.example.com\n"
    )
}

#[test]
fn mongodb_is_where_the_manifest_says() {
    let folder = scratch("manifest-mongodb");
    for (address, place) in [
        ("mongodb+srv://chat.abcde.mongodb.net/rocketchat?replicaSet=a", "remote"),
        ("mongodb://db.example.com/rocketchat?replicaSet=rs0", "remote"),
        ("mongodb://host.docker.internal/rocketchat?replicaSet=rs0", "local"),
    ] {
        let report = check(&folder.write("compose.yml", with_mongodb_at(address))).report();
        assert_eq!(report.fact("plan.mongodb")["value"], place, "{address}");
        let judged = if place == "local" { "pass" } else { "skipped" };
        assert_eq!(report.outcome("mongodb-release"), judged, "{address}: of one elsewhere nobody knows the version");
    }
    let unclear = folder.write("compose.yml", with_mongodb_at("mongodb://db/rocketchat?replicaSet=rs0"));
    let report = check(&unclear).report();
    let reason = report.fact("plan.mongodb")["reason"].as_str().unwrap().to_owned();
    assert!(
        reason.ends_with("compose.yml:6: db can be on this host, too; say where MongoDB runs: --mongodb"),
        "{reason}"
    );
    let said = check(&unclear).with(&["--mongodb", "remote"]).report();
    assert_eq!(said.fact("plan.mongodb")["value"], "remote");
}

#[test]
fn a_manifest_says_how_it_is_deployed() {
    let folder = scratch("manifest-method");
    let compose = folder.write("compose.yml", with_mongodb_at("mongodb://db.example.com/rocketchat?replicaSet=rs0"));
    let values =
        folder.write("values.yaml", "host: chat.example.com\nmicroservices:\n  enabled: true\nimage:\n  tag: 8.6.1\n");
    let with = |arguments: &[&str]| Check::of("rocketchat").on("vm-16gb-virtio").with(arguments);
    let report = with(&["--tier", "vps-recommended", "--manifest", &values]).report();
    assert_eq!(report.fact("plan.deployment")["value"], "kubernetes", "the product's standard is Compose");
    let text = with(&["--tier", "vps-recommended", "--manifest", &values]).run().stdout;
    assert!(text.contains("\nthe manifests say: deployment kubernetes\n"), "{text}");
    // What they say is not assumed, and what they leave open is.
    let text = with(&["--tier", "vps-recommended", "--manifest", &compose]).run().stdout;
    let lines = "\nassumed: phase install\nthe manifests say: deployment compose, MongoDB on another host\n";
    assert!(text.contains(lines), "{text}");
    let text = with(&["--tier", "vps-recommended", "--deployment", "compose", "--manifest", &compose]).run().stdout;
    let lines = "\nassumed: phase install\nthe manifests say: MongoDB on another host\n";
    assert!(text.contains(lines), "{text}");
    // The tier assumes microservices on Kubernetes.
    let report = with(&["--tier", "guide-s-microservices", "--manifest", &compose]).report();
    assert_eq!(report.fact("plan.deployment")["value"], "compose");
    assert_eq!(report.outcome("microservices-method"), "fail");
    for (manifest, method, why) in [
        (&values, "compose", "the manifests are values of a Helm chart, and --deployment compose does not use them"),
        (&compose, "kubernetes", "the manifests are Compose files, and --deployment kubernetes does not use them"),
    ] {
        with(&["--deployment", method, "--manifest", manifest]).run().refused(why);
    }
}

#[test]
fn a_copy_of_the_vendors_image_is_not_judged_by_its_name() {
    let folder = scratch("manifest-copy");
    for (image, outcome) in [
        ("rocketchat/rocket.chat", "pass"),
        ("registry.rocket.chat:443/rocketchat/rocket.chat", "pass"),
        ("harbor.example.com/hub/rocketchat/rocket.chat", "unknown"),
        ("acme/rocket.chat", "fail"),
        ("acme/chat", "unknown"),
    ] {
        let text = with_mongodb_at("mongodb://db.example.com/rocketchat?replicaSet=rs0");
        let manifest = folder.write("compose.yml", text.replace("rocketchat/rocket.chat", image));
        assert_eq!(check(&manifest).report().outcome("official-images"), outcome, "{image}");
    }
}

#[test]
fn the_layout_that_the_vendor_publishes_passes() {
    let folder = scratch("manifest-vendor");
    folder.write(".env", "RELEASE=8.5.1\nMONGODB_VERSION=8.0\nROOT_URL=https://chat.example.com\nBIND_IP=127.0.0.1\n");
    let application = folder.write("compose.yml", APPLICATION);
    let database = folder.write("compose.database.yml", DATABASE);
    let report = check(&application).with(&["--manifest", &database]).tier("vps-recommended").report();
    for id in [
        "official-images",
        "pinned-tag",
        "service-variables",
        "replica-set",
        "restart-policy",
        "published-backends",
        "published-metrics",
        "mongodb-release",
    ] {
        assert_eq!(report.outcome(id), "pass", "{id}");
    }
}

#[test]
fn every_fault_is_found_with_its_file_and_line() {
    let folder = scratch("manifest-bad");
    let manifest = folder.write("compose.yml", BAD);
    let check = check(&manifest).with(&["--users", "5000", "--microservices"]);
    let report = check.report();
    assert_eq!(report.verdict(), "unsupported");
    for (id, line, text) in [
        ("pinned-tag", 3, "image: rocketchat/rocket.chat:latest"),
        ("official-images", 18, "image: acme/presence-service:8.6.1"),
        ("microservices-variables", 17, "presence has no TRANSPORTER"),
        ("unsupported-shortcuts", 6, "BYPASS_OPLOG_VALIDATION=true"),
        ("replica-set", 5, "MONGO_URL=mongodb://***@mongodb:27017/rocketchat"),
        ("replica-set", 25, "command: mongod --auth ***"),
        ("restart-policy", 19, "restart: no"),
        ("restart-policy", 2, "rocketchat has no restart policy"),
        ("published-backends", 26, "- 27017:27017"),
        ("published-metrics", 7, "- 9458:9458"),
        ("shared-uploads", 9, "- ./uploads:/app/uploads"),
        ("microservices-method", 12, "image: rocketchat/ddp-streamer-service:8.6.1"),
    ] {
        assert_eq!(report.outcome(id), "fail", "{id}");
        let document = report.document();
        let finding = document["findings"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
        let found = finding["found"]["text"].as_str().unwrap();
        assert!(found.contains(&format!("compose.yml:{line}: {text}")), "{id}: {found}");
    }
    assert_eq!(report.outcome("memory-limit"), "skipped", "the numbers exceed every tier");
    let limited = self::check(&manifest).tier("bare-metal").report();
    assert_eq!(limited.outcome("memory-limit"), "fail");
}

#[test]
fn the_rule_the_file_and_the_line_are_in_every_format() {
    let folder = scratch("manifest-formats");
    folder.write("compose.yml", BAD);
    for format in ["human", "json", "html", "markdown", "junit"] {
        let run = Check::of("rocketchat")
            .on("vm-16gb-virtio")
            .with(&["--users", "5000", "--deployment", "compose", "--microservices"])
            .with(&["--manifest", &folder.at("compose.yml")])
            .env("COLUMNS", "80")
            .format(format)
            .expect(3);
        // A line of the terminal may end in the middle of a place.
        let text: String = run.stdout.split_whitespace().collect();
        for part in ["pinned-tag", "microservices-method", "rocketchat/rocket.chat:latest", "compose.yml"] {
            assert!(text.contains(part), "{format}: {part}\n{}", run.stdout);
        }
        // What is needed is said to its end, also if what was found ends in the same word.
        let needed = text.contains("MONGO_URLandTRANSPORTER(nats://)ineveryservice");
        assert!(format != "html" || needed, "{format}\n{}", run.stdout);
        assert!(format == "json" || !text.contains("notcollected"), "{format}\n{}", run.stdout);
        let line = if format == "json" { r#""line":3,"# } else { "compose.yml:3:" };
        assert!(text.contains(line), "{format}: {line}\n{}", run.stdout);
    }
}

#[test]
fn no_format_and_no_recording_shows_a_secret() {
    let folder = scratch("manifest-secrets");
    let (good, bad) = (good(&folder), folder.write("bad.yml", BAD));
    let without = |what: &str, text: &str| {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
        }
    };
    for manifest in [&good, &bad] {
        for level in ["none", "strict"] {
            for format in
                ["human", "json", "html", "markdown", "junit", "summary", "nagios", "prometheus", "csv", "fix"]
            {
                let verbose: &[&str] = if format == "human" { &["--verbose"] } else { &[] };
                let run = check(manifest).with(&["--redact", level]).with(verbose).format(format).run();
                assert!(!run.stdout.is_empty(), "{format}");
                without(format, &run.stdout);
                without(format, &run.stderr);
            }
        }
        let (host, output) = (recorded("vm-16gb-virtio"), folder.at("bundle.tar.gz"));
        let all = ["bundle", "rocketchat", "--host", &host, "--manifest", manifest, "--output", &output, "--preview"];
        without("bundle", &rampcheck(&all).expect(0).stdout);
    }
    let broken = folder.write("broken.yml", "services:\n  a: s3cret-in-url\n b: [\n");
    without("an error", &check(&broken).run().stderr);
}

#[test]
fn strict_redaction_keeps_lines_and_hides_whose_folder_it_is() {
    let folder = scratch("manifest-redacted");
    std::fs::create_dir_all(folder.at("home/mara")).unwrap();
    let manifest = folder.write("home/mara/compose.yml", BAD);
    let run = check(&manifest).with(&["--redact", "strict"]).format("json").run();
    assert!(!run.stdout.contains("mara"), "{}", run.stdout);
    assert!(run.stdout.contains("\"line\": 3,"), "{}", run.stdout);
}

#[test]
fn what_nothing_sets_is_unknown_and_never_supported() {
    let folder = scratch("manifest-unset");
    let manifest = good(&folder);
    folder.write(".env", "");
    // The environment of rampcheck says nothing.
    let report = check(&manifest).tier("vps-recommended").env("RELEASE", "8.6.1").report();
    for id in ["pinned-tag", "server-version"] {
        assert_eq!(report.outcome(id), "unknown", "{id}");
    }
    assert_eq!(report.outcome("official-images"), "pass");
    let text = check(&manifest).env("RELEASE", "8.6.1").with(&["--verbose"]).run().stdout;
    let text: String = text.split_whitespace().collect();
    assert!(text.contains("compose.yml:17:nothingsetsRELEASE"), "{text}");
}

#[test]
fn the_product_is_the_one_that_the_manifest_deploys() {
    let folder = scratch("manifest-product");
    let manifest = good(&folder);
    let host = recorded("vm-16gb-virtio");
    let run = rampcheck(&["check", "--manifest", &manifest, "--host", &host, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["pack"]["product"], "rocketchat");
    assert!(run.stdout.contains("no product was named: the manifest names an image of rocketchat"), "{}", run.stdout);
    let saved = folder.write("report.json", &run.stdout);
    rampcheck(&["verify", &saved]).expect(0).says(&["the whole report is the same"]);
    let other = folder.write("other.yml", "services:\n  web:\n    image: nginx:1.29\n");
    rampcheck(&["check", "--manifest", &other, "--host", &host]).refused("the manifest names an image of none of them");
    let report = check(&other).report();
    assert_eq!(report.outcome("manifest-product"), "fail");
    assert_eq!(report.outcome("official-images"), "unknown", "what deploys the product is not in this manifest");
}

#[test]
fn a_saved_report_is_judged_again_without_its_manifests() {
    let folder = scratch("manifest-again");
    let text = check(&folder.write("compose.yml", BAD)).format("json").run().stdout;
    let report = folder.write("report.json", text);
    std::fs::remove_file(folder.at("compose.yml")).unwrap();
    rampcheck(&["verify", &report]).expect(0).says(&["the whole report is the same"]);
    rampcheck(&["evaluate", &report, "--tier", "bare-metal"]).expect(3).says(&["pinned-tag"]);
    rampcheck(&["fleet", &report]).expect(3).says(&["pinned-tag"]);
    let plan = folder.write("plan.toml", "product = \"rocketchat\"\nmanifests = [\"gone.yml\"]\n");
    rampcheck(&["evaluate", &report, "--plan", &plan]).expect(3).says(&["pinned-tag"]);
    rampcheck(&["check", "--facts", &report, "rocketchat", "--manifest", "x.yml"]).refused("cannot be used with");
}

#[test]
fn a_plan_file_names_manifests_and_later_files_lie_over_earlier_ones() {
    let folder = scratch("manifest-plan");
    let first = good(&folder);
    let second = folder.write("over.yml", "services:\n  rocketchat:\n    image: rocketchat/rocket.chat:latest\n");
    let text = format!("product = \"rocketchat\"\nmanifests = [{first:?}, {second:?}]\n");
    let plan = folder.write("plan.toml", text);
    let run = rampcheck(&["check", "--plan", &plan, "--host", &recorded("vm-16gb-virtio"), "--format", "json"]);
    assert!(run.stdout.contains(r#""text": "image: rocketchat/rocket.chat:latest""#), "{}", run.stdout);
    assert!(run.stdout.contains("over.yml"));
}

#[test]
fn what_is_no_manifest_is_refused_before_the_host_is_read() {
    let folder = scratch("manifest-refused");
    let bomb = (1..9).fold("a0: &a0 [lol, lol]\n".to_owned(), |text, level| {
        format!("{text}a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "))
    });
    for (text, words) in [
        ("services:\n\tchat: {}\n".to_owned(), "compose.yml:2: "),
        ("services:\n  a: {}\n  a: {}\n".to_owned(), "compose.yml:3: `a` is there twice"),
        ("just a text".to_owned(), "neither a Compose file, which has a map called `services`, nor values"),
        ("#".repeat((1 << 20) + 1), "larger than 1 MiB"),
        (bomb, "with its aliases, larger than 16 MiB"),
        ("\0\u{1}\u{2}".to_owned(), "compose.yml"),
    ] {
        let manifest = folder.write("compose.yml", text);
        check(&manifest).run().refused(words);
    }
    check(&folder.at("gone.yml")).run().refused("gone.yml: ");
    let many = ["services: { a: { image: 'rocketchat/rocket.chat:8.6.1' } }"; 2].join("\n---\n");
    assert_eq!(check(&folder.write("compose.yml", many)).report().outcome("pinned-tag"), "pass");
}

#[test]
fn a_link_out_of_the_folder_is_not_read() {
    let folder = scratch("manifest-link");
    let outside = scratch("manifest-outside");
    let secret = outside.write("x.env", "ROOT_URL=https://s3cret-in-env-file.example.com\nMONGO_URL=x\n");
    let text = "services:\n  rocketchat:\n    image: rocketchat/rocket.chat:8.6.1\n    env_file: [x.env]\n";
    let manifest = folder.write("compose.yml", text);
    std::os::unix::fs::symlink(&secret, folder.at("x.env")).unwrap();
    let check = check(&manifest);
    assert_eq!(check.report().outcome("service-variables"), "unknown");
    let text = check.report().text();
    assert!(text.contains("compose.yml:4: x.env: it is not a regular file in its folder"), "{text}");
    assert!(!text.contains("s3cret"));
}
