//! The containers that run here, as a report tells of them. tests/e2e/deployment.sh runs real ones.

use crate::support::{Check, recorded, scratch};

const FORMATS: [&str; 11] =
    ["human", "summary", "json", "html", "markdown", "junit", "nagios", "prometheus", "csv", "fix", "fix-ansible"];
const LISTED: &str =
    r#"[{"Id":"7783","Names":["/chat"],"Image":"rocketchat/rocket.chat:8.5.1","Labels":{},"Ports":[]}]"#;
/// Of Docker 26.1.5, with a secret in each member that can hold one.
const CHAT: &str = r#"{"Id":"7783","Name":"/chat","Path":"docker-entrypoint.sh","Args":["node","main.js","s3cret"],
    "State":{"Status":"running","Restarting":false,"Pid":3101,"Health":{"Status":"unhealthy","Log":[{"Output":"s3cret"}]}},
    "HostConfig":{"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"Memory":0,"Binds":["/s3cret:/x"],
    "LogConfig":{"Type":"json-file","Config":{}}},"Mounts":[{"Type":"bind","Source":"/s3cret","Destination":"/x"}],
    "Config":{"Image":"rocketchat/rocket.chat:8.5.1","Labels":{"a":"s3cret"},"Env":["ADMIN_PASS=s3cret",
    "MONGO_URL=mongodb://u:s3cret@db/chat?replicaSet=rs0&password=s3cret","ROOT_URL=s3cret"]}}"#;

/// A recorded host on which nothing but this container runs.
fn host() -> String {
    let text = std::fs::read_to_string(recorded("ubuntu-24.04")).unwrap();
    let (before, after) = text.split_once("target = \"/containers/json\"\n").unwrap();
    let rest = after.split_once("[processes]\n").unwrap().1;
    let answers = format!(
        "target = \"/containers/json\"\nbody = '{LISTED}'\n[[http]]\nendpoint = \"unix:///var/run/docker.sock\"\n\
         target = \"/containers/7783/json\"\nbody = '''{CHAT}'''\n[processes]\n"
    );
    format!("{before}{answers}{rest}")
}

#[test]
fn containers_that_run_are_judged_and_tell_no_secret() {
    let folder = scratch("deployment-containers");
    let file = folder.write("host.toml", host());
    let check = |phase: &str| {
        Check::of("rocketchat").with(&["--users", "150", "--concurrent", "40", "--phase", phase, "--host", &file])
    };
    for phase in ["run", "upgrade"] {
        let report = check(phase).report();
        for (id, found) in [
            ("containers-healthy", "container chat: Health: unhealthy"),
            ("container-logs", "container chat: LogConfig: json-file without max-size"),
        ] {
            let finding = report.finding(id);
            assert_eq!((finding.status.as_str(), finding.found.as_str()), ("warning", found), "{id}");
        }
    }
    let before = check("install").report();
    for id in ["containers-healthy", "container-logs"] {
        assert_eq!(before.finding(id).status, "skipped", "{id}");
    }
    for format in FORMATS {
        let run = check("run").with(&["-v"]).format(format).run();
        assert!(!run.stdout.is_empty() && !run.stdout.contains("s3cret"), "{format}: {}", run.stdout);
        assert!(!run.stderr.contains("s3cret"), "{format}: {}", run.stderr);
    }
}
