//! Packs that load, and what exactly is said of those that do not.

use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::facts::{FactState, Questions, Value};
use crate::pack::{BUILT_IN, Level, Need, Operator, Outcome, builtin, common};

pub(in crate::pack) fn rocketchat() -> Pack {
    static PACK: LazyLock<Pack> = LazyLock::new(|| {
        let files = builtin().into_iter().find(|files| files.name == "rocketchat").unwrap();
        load(&files).unwrap_or_else(|problems| panic!("{problems}"))
    });
    PACK.clone()
}

#[test]
fn every_built_in_pack_loads() {
    let products: Vec<_> = builtin().into_iter().map(|files| files.name).collect();
    assert_eq!(products, ["cometchat", "rocketchat"]);
    for files in builtin() {
        let pack = load(&files).unwrap_or_else(|problems| panic!("{problems}"));
        assert!(pack.checks.len() > 20 && pack.tiers.len() > 9, "{} lost checks or tiers", pack.product);
        for check in &pack.checks {
            assert!(!check.remedies.is_empty(), "{} does not say how it is put right", check.id);
            assert!(pack.sources.contains_key(&check.source), "{} has no source", check.id);
            let is_everywhere = check.id == "hosts-complete";
            assert!(is_everywhere || !check.examples.is_empty(), "{} has no example", check.id);
        }
        let mut questions = Questions::default();
        pack.ask(&mut questions, &[]);
        let mut pack = pack;
        pack.checks.iter_mut().for_each(|check| check.examples.retain(|example| example.place.contains("endpoints")));
        assert_eq!(load_without_examples(&files).unwrap(), pack, "examples stand last in their files");
        let tools = questions.tools.iter().all(|tool| ["curl", "git", "jq", "netstat"].contains(&tool.as_str()));
        assert!(tools && questions.ports.contains(&443), "{questions:?}");
    }
}

#[test]
fn shared_checks_come_along_with_what_they_rest_on() {
    let pack = rocketchat();
    let flavor = pack.check("docker-engine-flavor").unwrap();
    assert_eq!(
        (flavor.level, flavor.source.as_str(), flavor.group.as_str()),
        (Level::Recommended, "deployment", "Docker")
    );
    let tables: Vec<_> = pack.tables.keys().map(String::as_str).collect();
    assert_eq!(
        tables,
        ["centos-linux", "centos-stream", "debian", "docker-engine", "mongodb", "rhel", "ubuntu", "ubuntu-esm"]
    );
    let lines: Vec<_> = pack.tables["docker-engine"].lines.lines.iter().map(|line| line.line.as_str()).collect();
    assert_eq!(lines, ["24", "25.0", "26.0", "26.1", "27", "28", "29"]);
    assert_eq!(pack.sources["debian-releases"].url, "https://www.debian.org/releases/");
    let files = |name, take: &str| {
        let mut files = PackFiles { name: "thing".into(), origin: "dir".into(), ..PackFiles::default() };
        for (file, text) in PACK {
            files.files.insert(file.into(), text.into());
        }
        files.files.entry("pack.toml".into()).and_modify(|text| *text = format!("{text}[take]\n{take}").into());
        files.name = name;
        files
    };
    let pack = load(&files("thing".to_owned(), "docker-engine-maintained = { group = 'Size' }")).unwrap();
    assert_eq!(pack.tables.keys().collect::<Vec<_>>(), ["docker-engine"]);
    assert_eq!(pack.sources.keys().collect::<Vec<_>>(), ["docker-releases", "docs", "rampcheck"]);
    assert_eq!(pack.check("docker-engine-maintained").unwrap().group, "Size");
    let alone = load(&files("thing".to_owned(), "")).unwrap();
    assert!(alone.tables.is_empty() && alone.sha256 != pack.sha256);
}

#[test]
fn a_release_validates_a_pack_that_takes_shared_checks() {
    let mut shared = common();
    for text in shared.files.values_mut() {
        *text = before_examples::before_examples(text).to_owned().into();
    }
    for files in builtin() {
        load_with(&files, &shared, true).unwrap_or_else(|problems| panic!("{problems}"));
    }
}

#[test]
fn an_endpoint_is_a_check() {
    let pack = rocketchat();
    let check = pack.check("outbound-omni-gateway").unwrap();
    assert_eq!(check.title, "omni-gateway.rocket.chat can be reached");
    let facts: Vec<_> =
        check.predicates().flat_map(super::super::Predicate::leaves).map(|leaf| leaf.fact.as_str()).collect();
    assert_eq!(facts, ["outbound.omni-gateway.rocket.chat.reachable", "plan.online"]);
    let outcomes: Vec<_> = check.examples.iter().map(|example| example.outcome).collect();
    assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail, Outcome::Skipped]);
    assert_eq!(pack.endpoints.len(), 8);
}

/// A product of two tiers and one check.
const PACK: [(&str, &str); 3] = [
    (
        "pack.toml",
        r#"product = "thing"
title = "Thing"
version = "1"
reviewed = 2026-11-20
groups = ["Size"]
[source.docs]
title = "Requirements"
url = "https://docs.example.org/requirements"
read = 2026-11-20
"#,
    ),
    (
        "tiers.toml",
        r#"[numbers]
users = "users"
seats = "seats"
[selection]
beyond = "ask the vendor"
[[tier]]
id = "small"
title = "up to 1000 users"
source = "docs"
holds = { users = 1000 }
needs = { cpus = { from = 1, to = 2 }, memory = "2 GB", media = ["ssd"] }
[[tier]]
id = "large"
title = "up to 2000 users"
source = "docs"
production = true
assume = { mongodb = "remote" }
holds = { users = 2000 }
needs = { cpus = 64, memory = "512 GB" }
"#,
    ),
    (
        "cpu.toml",
        r#"id = "cpu"
title = "Enough of everything"
level = "required"
group = "Size"
source = "docs"
why = "They are shared."
expect = { all = [
    { fact = "cpu.online", tier = "cpus" },
    { fact = "memory.total", tier = "memory" },
    { fact = "storage.data.media", tier = "media" },
    { fact = "openssl.version", version = ">=3" },
    { not = { fact = "tools.tar.path", present = false } },
] }
found = ["cpu.model"]
[[remedy]]
family = ["ubuntu"]
text = "Get a larger machine."
[[example]]
facts = { "cpu.online" = 2, "memory.total" = "1.9 GiB", "openssl.version" = { absent = true } }
tier = "small"
outcome = "pass"
[[example]]
today = 2027-01-31
outcome = "fail"
"#,
    ),
];

const LINES_TOML: &str = r#"[engine]
fact = "docker.engine.version"
when = { fact = "docker.engine.flavor", is = "docker" }
source = "docs"
reviewed = 2026-11-20
until = { "9" = 2026-01-31, "10" = "maintained" }
"#;

const RELEASES_TOML: &str = r#"source = "docs"
reviewed = 2026-11-20
[policy]
months = 6
lts_months = 12
list_url = "https://releases.example.org/list"
info_path = "/api/info"
[[release]]
line = "8.5"
released = 2026-06-10
until = 2026-12-31
[[release]]
line = "8.10"
released = "2026-08"
"#;

const ENDPOINTS_TOML: &str = r#"group = "Size"
source = "docs"
level = "recommended"
[[endpoint]]
id = "outbound-cloud"
host = "cloud.example.org"
why = "It is."
"#;

/// The pack with its optional files, one text in one of them replaced.
fn pack_with(file: &str, from: &str, to: &str) -> PackFiles {
    let more = [("lines.toml", LINES_TOML), ("releases.toml", RELEASES_TOML), ("endpoints.toml", ENDPOINTS_TOML)];
    let mut files: BTreeMap<String, std::borrow::Cow<'static, str>> =
        PACK.into_iter().chain(more).map(|(name, text)| (name.to_owned(), text.into())).collect();
    let text = files.entry(file.to_owned()).or_default();
    assert!(text.contains(from), "{file} does not hold {from}");
    *text = text.replacen(from, to, 1).into();
    PackFiles { name: "thing".to_owned(), origin: "/packs/thing".to_owned(), files, ..PackFiles::default() }
}

#[test]
fn a_small_pack_becomes_the_model() {
    let pack = load(&pack_with("pack.toml", "", "")).unwrap_or_else(|problems| panic!("{problems}"));
    let [small, large] = pack.tiers.as_slice() else { panic!("{:?}", pack.tiers) };
    assert!(!small.production && large.production);
    assert_eq!((small.assume.mongodb.as_deref(), large.assume.mongodb.as_deref()), (None, Some("remote")));
    let Need::Quantity { from, to } = &small.needs["cpus"] else { panic!("{small:?}") };
    assert_eq!((from.number, to.as_ref().map(|to| to.text.as_str())), (1.0, Some("2")));
    assert_eq!(small.needs["media"], Need::OneOf(vec!["ssd".to_owned()]));
    assert_eq!(pack.numbers["seats"], "seats");
    let check = pack.check("cpu").unwrap();
    assert_eq!(check.predicates().flat_map(super::super::Predicate::cells).count(), 3);
    let example = &check.examples[0];
    assert_eq!(example.place, "/packs/thing/cpu.toml:18");
    assert_eq!(example.facts["memory.total"].value(), Some(&Value::Count(2_040_109_466)));
    assert_eq!(example.facts["openssl.version"].state, FactState::Absent);
    assert_eq!((example.tier.as_deref(), check.examples[1].today), (Some("small"), Some(date(2027, 1, 31))));
    let engine = &pack.tables["engine"];
    assert_eq!(engine.lines.lines.iter().map(|line| line.line.as_str()).collect::<Vec<_>>(), ["9", "10"]);
    assert!(matches!(engine.when.as_ref().unwrap().leaves()[0].operator, Operator::Is(_)));
    assert_eq!(pack.releases.unwrap().lines.lines.len(), 2);
    assert_eq!((pack.origin.as_str(), pack.endpoints), ("/packs/thing", vec!["cloud.example.org".to_owned()]));
}

const LEAF: &str = r#"{ fact = "cpu.online", tier = "cpus" }"#;
const MEDIA: &str = r#"{ fact = "storage.data.media", tier = "media" }"#;

/// A file, what is replaced in it by what, and what is said of it.
#[rustfmt::skip]
const WRONG: &[(&str, &str, &str, &str)] = &[
    // Shapes.
    ("pack.toml", "title", "titel", "pack.toml:2:1: `titel` is not a key here (did you mean `title`?)"),
    ("pack.toml", "version = \"1\"\n", "", "pack.toml:1:1: `version` is missing"),
    ("pack.toml", "reviewed = 2026-11-20", "reviewed = 1", "pack.toml:4:12: must be a date such as 2026-11-20"),
    ("cpu.toml", "\"required\"", "\"requird\"",
        "cpu.toml:3:9: `requird` is not one of required, recommended (did you mean `required`?)"),
    ("cpu.toml", "family", "familie", "cpu.toml:16:1: `familie` is not a key here (did you mean `family`?)"),
    ("cpu.toml", "outcome = \"pass\"", "plan = { users = 1 }\noutcome = \"pass\"",
        "cpu.toml:21:1: `plan` is not a key here"),
    ("cpu.toml", "tier = \"cpus\"", "at_leest = 1",
        "cpu.toml:8:28: `at_leest` is not a key here (did you mean `at_least`?)"),
    ("cpu.toml", "tier = \"cpus\"", "at_least = []", "cpu.toml:8:39: must be a number, or a size such as \"16 GB\""),
    ("tiers.toml", "cpus = 64", "cpus = { from = 64 }",
        "tiers.toml:19:18: must be a number, a size, a list of words or { from, to }"),
    ("tiers.toml", "users = 2000", "users = \"2000\"", "tiers.toml:18:19: must be a whole number, not a text"),
    ("lines.toml", "\"maintained\"", "\"never\"",
        "lines.toml:6:36: must be a date, or \"maintained\" while no end is known"),
    ("releases.toml", "\"2026-08\"", "\"August\"",
        "releases.toml:14:12: must be a date, or a month such as \"2026-09\" when the day is not known"),
    // Names that another file defines.
    ("cpu.toml", "source = \"docs\"", "source = \"doc\"",
        "cpu.toml:5:10: there is no source in pack.toml called `doc` (did you mean `docs`?)"),
    ("cpu.toml", "source = \"docs\"\n", "", "cpu.toml:1:1: `source` is missing"),
    ("cpu.toml", "group = \"Size\"", "group = \"Sise\"",
        "cpu.toml:4:9: there is no group in pack.toml called `Sise` (did you mean `Size`?)"),
    ("cpu.toml", "tier = \"small\"", "tier = \"smal\"",
        "cpu.toml:20:8: there is no tier in tiers.toml called `smal` (did you mean `small`?)"),
    ("cpu.toml", MEDIA, "{ fact = \"storage.data.media\", tier = \"medai\" }",
        "cpu.toml:10:43: there is no cell of a tier called `medai` (did you mean `media`?)\ntiers.toml:11:57: no check looks at the cell `media` of tier small"),
    ("tiers.toml", "source = \"docs\"", "source = \"dogs\"",
        "tiers.toml:9:10: there is no source in pack.toml called `dogs` (did you mean `docs`?)"),
    ("tiers.toml", "{ users = 1000 }", "{ userz = 1000 }",
        "tiers.toml:10:11: there is no number in `[numbers]` called `userz` (did you mean `users`?)"),
    ("tiers.toml", "needs = { cpus = 64", "needs = { cpus = 64, gpus = 1",
        "tiers.toml:19:22: no check looks at the cell `gpus` of tier large"),
    ("tiers.toml", "assume = { mongodb = \"remote\" }", "assume = { mongodb = \"remte\" }",
        "tiers.toml:17:22: `remte` is not one of local, remote, unknown (did you mean `remote`?)"),
    ("cpu.toml", "tier = \"memory\" }", "tier = \"memory\", share = 1.5 }",
        "cpu.toml:9:55: `share` goes with `at_least`, `at_least_fact` or `tier` and is above 0 and at most 1"),
    ("tiers.toml", "assume = { mongodb = \"remote\" }", "model = \"big\"",
        "tiers.toml:17:9: there is no model in `[selection.models.bounds]` called `big`"),
    ("tiers.toml", "beyond = \"ask the vendor\"", "beyond = \"\"\n[selection.models]\nratio = [\"seats\", \"usres\"]\nbounds = { low = { at_most = 0.05 }, high = { at_least = 0.1 } }",
        "tiers.toml:7:19: there is no number in `[numbers]` called `usres` (did you mean `users`?)"),
    ("lines.toml", "source = \"docs\"", "source = \"dosc\"",
        "lines.toml:4:10: there is no source in pack.toml called `dosc` (did you mean `docs`?)"),
    ("endpoints.toml", "group = \"Size\"", "group = \"Network\"",
        "endpoints.toml:1:9: there is no group in pack.toml called `Network`"),
    ("cpu.toml", "family", "after = [\"cpus\"]\nfamily",
        "cpu.toml:16:10: there is no check of this pack called `cpus` (did you mean `cpu`?)"),
    ("cpu.toml", "family", "after = [\"cpu\"]\nfamily", "cpu.toml:16:10: a check cannot come after itself"),
    ("cpu.toml", "\"openssl.version\", version = \">=3\"", "\"size.storage\", at_least_fact = \"cpu.online\"",
        "cpu.toml:11:46: `at_least_fact` must name a fact of the plan of kind storage size"),
    ("tiers.toml", "beyond = \"ask the vendor\"", "beyond = \"\"\n[storage]\nsource = \"docs\"\nretention_days = [90, 30]\ngrowth_percent = [30, 50]\nbackup_copies = [1, 2]",
        "tiers.toml:8:18: the first number must not be more than the second"),
    ("pack.toml", "[source.docs]", "[server]\nhttp_port = 0\nsockjs_path = \"sockjs\"\n[source.docs]",
        "pack.toml:7:13: `0` is not a port: 1 to 65535\npack.toml:8:15: `sockjs` is not a path such as /api/info"),
    // Facts.
    ("cpu.toml", "cpu.online\", tier", "cpu.onlin\", tier",
        "cpu.toml:8:14: there is no fact `cpu.onlin` (did you mean `cpu.online`?)"),
    ("cpu.toml", "\"cpu.model\"", "\"cpu.modell\"",
        "cpu.toml:14:10: there is no fact `cpu.modell` (did you mean `cpu.model`?)"),
    ("cpu.toml", "\"cpu.online\" = 2", "\"cpu.onlyne\" = 2",
        "cpu.toml:19:11: there is no fact `cpu.onlyne` (did you mean `cpu.online`?)"),
    ("cpu.toml", "\"cpu.model\"", "\"lines.engin.state\"",
        "cpu.toml:14:10: there is no table in lines.toml called `engin` (did you mean `engine`?)"),
    ("cpu.toml", "\"cpu.model\"", "\"lines.docker-engine.state\"",
        "cpu.toml:14:10: there is no table in lines.toml called `docker-engine`"),
    ("cpu.toml", "\"cpu.model\"", "\"plan.number.seat\"",
        "cpu.toml:14:10: there is no number in tiers.toml called `seat` (did you mean `seats`?)"),
    ("cpu.toml", "\"cpu.online\" = 2", "\"lines.engine.state\" = \"ended\"",
        "cpu.toml:19:11: `lines.engine.state` is derived: an example gives the facts it comes from"),
    ("cpu.toml", "\"cpu.online\" = 2", "\"plan.tier\" = \"small\"",
        "cpu.toml:19:11: `plan.tier` follows from the pack and the `tier` of the example"),
    ("cpu.toml", "\"cpu.online\" = 2", "\"cpu.online\" = \"2\"",
        "cpu.toml:19:26: a text does not fit a fact of kind count"),
    ("cpu.toml", "\"1.9 GiB\"", "\"1.9 GiX\"",
        "cpu.toml:19:46: `GiX` is not a unit of size: use B, KB, MB, GB, TB, KiB, MiB, GiB or TiB"),
    ("cpu.toml", "{ absent = true }", "{ absent = false }",
        "cpu.toml:19:77: a table does not fit a fact of kind version"),
    // Operators.
    ("cpu.toml", "\"openssl.version\", version", "\"cpu.mhz\", version",
        "cpu.toml:11:35: `version` does not fit a fact of kind number"),
    ("cpu.toml", "version = \">=3\"", "version = \"3\"",
        "cpu.toml:11:43: `3` needs an operator in front: =, >, >=, < or <="),
    ("cpu.toml", "version = \">=3\"", "at_least = 3", "cpu.toml:11:44: `at_least` does not fit a fact of kind version"),
    ("cpu.toml", "present = false", "at_most = 1", "cpu.toml:12:50: `at_most` does not fit a fact of kind text"),
    ("cpu.toml", "present = false", "contains = [\"x\"]",
        "cpu.toml:12:51: `contains` does not fit a fact of kind text"),
    ("cpu.toml", "present = false", "one_of = []", "cpu.toml:12:49: `one_of` must hold at least one text"),
    ("cpu.toml", MEDIA, "{ fact = \"storage.data.media\", one_of = [\"sdd\"] }",
        "cpu.toml:10:45: `sdd` is not one of ssd, hdd, sd-card\ntiers.toml:11:57: no check looks at the cell `media` of tier small"),
    ("cpu.toml", "version = \">=3\"", "version = \">=3\", is = \"3\"",
        "cpu.toml:11:5: needs exactly one operator: version, at_least, at_most, is, one_of, contains, tier, at_least_fact, present"),
    ("cpu.toml", ", version = \">=3\"", "",
        "cpu.toml:11:5: needs exactly one operator: version, at_least, at_most, is, one_of, contains, tier, at_least_fact, present"),
    ("cpu.toml", "fact = \"openssl.version\", ", "", "cpu.toml:11:5: `fact` is missing"),
    ("cpu.toml", "{ not = {", "{ any = [], not = {",
        "cpu.toml:12:5: a predicate is one of `all`, `any`, `not` or a `fact` with one operator"),
    ("cpu.toml", "{ not = { fact = \"tools.tar.path\", present = false } }", "{ any = [] }",
        "cpu.toml:12:5: `any` must hold at least one predicate"),
    ("cpu.toml", LEAF, r#"{ fact = "cpu.online", at_least = "8 GB" }, { fact = "cpu.online", tier = "cpus" }"#,
        "cpu.toml:8:39: `8 GB` is not a quantity of kind count"),
    ("cpu.toml", LEAF, r#"{ fact = "memory.total", at_least = "8 XB" }, { fact = "cpu.online", tier = "cpus" }"#,
        "cpu.toml:8:41: `XB` is not a unit of size: use B, KB, MB, GB, TB, KiB, MiB, GiB or TiB"),
    // Cells that do not fit the facts they are compared with.
    ("tiers.toml", "memory = \"2 GB\"", "memory = \"2 XB\"",
        "tiers.toml:11:49: `XB` is not a unit of size: use B, KB, MB, GB, TB, KiB, MiB, GiB or TiB; the check cpu compares it with a memory size"),
    ("tiers.toml", "cpus = 64", "cpus = [\"64\"]",
        "tiers.toml:19:18: `64` is not a quantity; the check cpu compares it with a count"),
    ("tiers.toml", "media = [\"ssd\"]", "media = [\"nvme\"]",
        "tiers.toml:11:65: `nvme` is not one of ssd, hdd, sd-card; the check cpu compares it with a choice"),
    ("tiers.toml", "{ from = 1, to = 2 }", "{ from = 3, to = 2 }",
        "tiers.toml:11:18: `from` must not be more than `to`; the check cpu compares it with a count"),
    ("cpu.toml", LEAF, r#"{ fact = "cpu.online", tier = "cpus" }, { fact = "storage.data.size", tier = "memory" }"#,
        "tiers.toml:11:40: `memory` is compared with facts of different kinds: storage size, memory size\ntiers.toml:19:22: `memory` is compared with facts of different kinds: storage size, memory size"),
    // Ids, orders, and what must be there.
    ("pack.toml", "\"thing\"", "\"think\"", "pack.toml:1:11: the product must be named like its folder, `thing`"),
    ("cpu.toml", "\"cpu\"", "\"CPU\"", "cpu.toml:1:6: the id must be kebab-case and the name of the file, `cpu`"),
    ("cpu.toml", "\"cpu\"", "\"plugin-cpu\"",
        "cpu.toml:1:6: ids that begin with `plugin-` are those of plugins\ncpu.toml:1:6: the id must be kebab-case and the name of the file, `cpu`"),
    ("cpu.toml", "outcome = \"fail\"", "outcome = \"pass\"",
        "cpu.toml:1:1: a check needs at least one example that passes and one that does not"),
    ("cpu.toml", "text = \"Get a larger machine.\"\n", "", "cpu.toml:15:1: a remedy needs `text` or commands"),
    ("cpu.toml", "text = \"Get a larger machine.\"\n", "run = [\"one\\ntwo\"]\n", "cpu.toml:17:8: a command is one line"),
    ("cpu.toml", "text = \"Get a larger machine.\"\n", "destructive = [\"sudo -u mongodb rm x\"]\n",
        "cpu.toml:17:16: `sudo` takes no options in a remedy"),
    ("cpu.toml", "text = \"Get a larger machine.\"\n", "run = [\"docker node promote NODE\"]\n",
        "cpu.toml:17:8: a person has to fill this command in: use `by_hand`"),
    ("cpu.toml", "text = \"Get a larger machine.\"\n", "outcome = \"unknown\"\nrun = [\"true\"]\n",
        "cpu.toml:18:8: no command puts right what is unknown: use `by_hand`"),
    ("cpu.toml", "[\"ubuntu\"]", "[\"ubunto\"]",
        "cpu.toml:16:11: `ubunto` is not one of ubuntu, rhel, fedora, debian, amazon, suse, arch, alpine, other (did you mean `ubuntu`?)"),
    ("tiers.toml", "\"large\"", "\"small\"", "tiers.toml:13:6: tier `small` stands twice"),
    ("tiers.toml", "\"large\"", "\"Large\"", "tiers.toml:13:6: `Large` is not kebab-case"),
    ("lines.toml", "\"9\" = 2026-01-31, \"10\" = \"maintained\"", "\"10\" = 2026-01-31, \"9\" = \"maintained\"",
        "lines.toml:6:30: `9` must stand before `10`, and once"),
    ("lines.toml", "\"9\" =", "\"sid\" =", "lines.toml:6:11: `sid` is not a line of versions, such as 7.10"),
    ("lines.toml", "{ \"9\" = 2026-01-31, \"10\" = \"maintained\" }", "{}",
        "lines.toml:1:2: a table needs at least one line"),
    ("lines.toml", "[engine]", "[Engine]",
        "lines.toml:1:2: `Engine` is not a name of a table: lower-case letters, digits and hyphens"),
    ("lines.toml", "\"docker.engine.version\"", "\"cpu.online\"",
        "lines.toml:2:8: `cpu.online` is count, and a table is of a version"),
    ("lines.toml", "\"docker.engine.flavor\", is = \"docker\"", "\"lines.engine.state\", is = \"ended\"",
        "lines.toml:3:8: `lines.engine.state` comes from a table, and `when` says which table applies"),
    ("releases.toml", "\"8.10\"", "\"8.5\"", "releases.toml:13:8: `8.5` must stand before `8.5`, and once"),
    ("releases.toml", "\"8.10\"", "\"9\"", "releases.toml:13:8: `9` is not a line such as 8.5"),
    ("releases.toml", "2026-12-31", "2026-06-09", "releases.toml:11:9: 8.5 ends before it is released"),
    ("releases.toml", "until = 2026-12-31", "until = 2026-12-31\nmongodb = [\"8\"]",
        "releases.toml:12:12: `8` is not a line such as 8.0"),
    ("releases.toml", "until = 2026-12-31", "until = 2026-12-31\nmongodb = [\"8.0\", \"7.0\"]",
        "releases.toml:12:19: `7.0` must stand before `8.0`, and once"),
    ("releases.toml", "until = 2026-12-31", "until = 2026-12-31\nuntil_possible = 2026-12-31",
        "releases.toml:12:18: `until_possible` must be later than `until`"),
    ("releases.toml", "https:", "http:",
        "releases.toml:6:12: `http://releases.example.org/list` is not an address such as https://releases.example.com/list"),
    ("releases.toml", "months = 6", "release_url = \"https://releases.example.org/info\"\nmonths = 6",
        "releases.toml:4:15: `https://releases.example.org/info` needs /VERSION/ where the version of the release belongs"),
    ("releases.toml", "\"/api", "\"api", "releases.toml:7:13: `api/info` is not a path such as /api/info"),
    ("releases.toml", "months = 6", "keys = [\"MIIB\"]\nmonths = 6",
        "releases.toml:4:9: a key is one public key in PEM: -----BEGIN PUBLIC KEY-----"),
    ("endpoints.toml", "\"outbound-cloud\"", "\"cpu\"", "endpoints.toml:5:6: the check `cpu` stands twice"),
    ("endpoints.toml", "\"cloud.example.org\"", "\"registry\"",
        "endpoints.toml:6:8: `registry` is not the name of a host, such as cloud.example.com"),
    // What is taken.
    ("pack.toml", "[source.docs]", "[take]\nos-maintaned = {}\n[source.docs]",
        "pack.toml:7:1: there is no shared check called `os-maintaned` (did you mean `os-maintained`?)"),
    ("pack.toml", "[source.docs]", "[take]\npack = {}\n[source.docs]",
        "pack.toml:7:1: there is no shared check called `pack`"),
    ("pack.toml", "[source.docs]", "[take]\ncpu = {}\n[source.docs]",
        "pack.toml:7:1: `cpu` is a check of this pack and cannot be taken as well"),
    ("pack.toml", "[source.docs]", "[take]\nos-maintained = { level = \"recommended\" }\n[source.docs]",
        "pack.toml:7:1: there is no group in pack.toml called `Operating system`"),
    ("pack.toml", "[source.docs]", "[take]\nos-maintained = { group = \"Size\", source = \"dcos\" }\n[source.docs]",
        "pack.toml:7:44: there is no source in pack.toml called `dcos` (did you mean `docs`?)"),
    ("pack.toml", "[source.docs]", "[take]\ndocker-engine-flavor = { group = \"Size\" }\n[source.docs]",
        "pack.toml:7:1: `docker-engine-flavor` has no source of its own: name one of this pack"),
];

#[test]
fn what_is_wrong_with_a_pack_is_said_with_its_place() {
    let mut different = Vec::new();
    for (file, from, to, problems) in WRONG {
        let found = load(&pack_with(file, from, to)).err().map(|problems| problems.to_string()).unwrap_or_default();
        let found = found.replace("/packs/thing/", "");
        if found != *problems {
            different.push(format!("{file}: {from} -> {to}\nfound    {found}\nexpected {problems}\n"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Copies of the check `cpu`, each with its group and what it comes after.
fn pack_of(checks: &[(&str, &str, &str)]) -> PackFiles {
    let mut files = pack_with("pack.toml", "[\"Size\"]", "[\"Size\", \"Later\"]");
    for (id, group, after) in checks {
        let text = files.files["cpu.toml"].replace("id = \"cpu\"", &format!("id = \"{id}\""));
        let text = text.replace("group = \"Size\"", &format!("group = \"{group}\""));
        let text = text.replace("family", &format!("after = [{after}]\nfamily"));
        files.files.insert(format!("{id}.toml"), text.into());
    }
    files
}

#[test]
fn what_is_done_first_stands_first() {
    let checks =
        [("a", "Size", "'b', 'cpu'"), ("b", "Size", "'d', 'outbound-cloud'"), ("c", "Later", "'a'"), ("d", "Size", "")];
    let pack = load(&pack_of(&checks)).unwrap_or_else(|problems| panic!("{problems}"));
    let ids: Vec<_> = pack.checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["cpu", "d", "outbound-cloud", "b", "a", "c", "hosts-complete"]);
    assert_eq!(pack.check("a").unwrap().remedies[0].fix.after, ["b", "cpu"]);
}

#[test]
fn an_order_that_cannot_be_kept_is_said_with_its_place() {
    let checks =
        [("a", "Size", "'b'"), ("b", "Size", "'d'"), ("c", "Size", "'e'"), ("d", "Size", "'a'"), ("e", "Later", "")];
    let problems = load(&pack_of(&checks)).unwrap_err().to_string();
    assert_eq!(
        problems.replace("/packs/thing/", ""),
        "a.toml:16:10: `a` and `b` come after each other\n\
         b.toml:16:10: `b` and `d` come after each other\n\
         c.toml:16:10: `e` is of a later group, so its steps are shown later\n\
         d.toml:16:10: `d` and `a` come after each other"
    );
}

#[test]
fn a_pack_need_not_take_what_a_shared_check_comes_after() {
    let take = "[take]\ncompose = { group = 'Size', source = 'docs' }\n[source.docs]";
    let pack = load(&pack_with("pack.toml", "[source.docs]", take)).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(pack.check("compose").unwrap().remedies.iter().any(|remedy| !remedy.fix.after.is_empty()));
}

#[test]
fn problems_of_all_files_are_said_at_once_in_order() {
    let mut files = pack_with("cpu.toml", "group = \"Size\"", "group = \"Sise\"");
    let tiers = files.files.get_mut("tiers.toml").unwrap();
    *tiers = tiers.replace("source = \"docs\"", "source = \"x\"").into();
    files.files.insert("broken.toml".to_owned(), "id = ".into());
    files.files.insert("cut.toml".to_owned(), "id = \"cut\"".into());
    let problems = load(&files).unwrap_err().to_string();
    assert_eq!(
        problems.replace("/packs/thing/", ""),
        "broken.toml:1:6: string values must be quoted, expected literal string\n\
         cpu.toml:4:9: there is no group in pack.toml called `Sise` (did you mean `Size`?)\n\
         cut.toml:1:1: `title` is missing\n\
         tiers.toml:9:10: there is no source in pack.toml called `x`\n\
         tiers.toml:15:10: there is no source in pack.toml called `x`"
    );
}

#[test]
fn a_pack_without_what_it_needs_says_so() {
    let mut files = pack_with("pack.toml", "", "");
    files.files.remove("releases.toml");
    files
        .files
        .entry("cpu.toml".to_owned())
        .and_modify(|text| *text = text.replace("cpu.model", "release.state").into());
    let problem = load(&files).unwrap_err().to_string();
    assert!(problem.ends_with(": `release.state` needs the releases of the product: add releases.toml to the pack"));
    files.files.retain(|name, _| ["pack.toml", "lines.toml"].contains(&name.as_str()));
    assert_eq!(
        load(&files).unwrap_err().to_string(),
        "/packs/thing/pack.toml: the pack holds no check: add a TOML file beside it"
    );
    files.files.remove("pack.toml");
    files.origin = BUILT_IN.to_owned();
    let problem = "checks/thing/pack.toml: a pack needs this file: it names the product and its sources";
    assert_eq!(load(&files).unwrap_err().to_string(), problem);
}

#[test]
fn an_unreadable_file_is_not_held_against_those_that_use_it() {
    for file in ["tiers.toml", "lines.toml", "releases.toml"] {
        let problems = load(&pack_with(file, "=", "= =")).unwrap_err();
        assert_eq!(problems.0.len(), 1, "{problems}");
    }
    let common = PackFiles { files: [("lines.toml".to_owned(), "x = 1".into())].into(), ..common() };
    let mut files = pack_with("pack.toml", "[source.docs]", "[take]\nos-maintained = {}\n[source.docs]");
    files.origin = BUILT_IN.to_owned();
    let problems = load_with(&files, &common, true).unwrap_err().to_string();
    assert!(problems.contains("checks/common/lines.toml:1:5: must be a table, not a whole number\n"), "{problems}");
}

#[test]
fn a_pack_that_brings_shared_checks_takes_from_those() {
    let mut files =
        pack_with("pack.toml", "[source.docs]", "[take]\nos-maintained = { group = 'Size' }\n[source.docs]");
    let built_in = load(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let mut shared = common().files;
    let lines = shared["lines.toml"].replace("2026-07-11", "2026-07-12");
    shared.insert("lines.toml".to_owned(), lines.into());
    files.common = shared;
    let own = load(&files).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(own.tables != built_in.tables, "the end of Debian 12");
    assert_ne!(own.sha256, built_in.sha256);
    // Nothing of those inside the program comes in.
    files.common.remove("os-maintained.toml");
    files.common.insert("os-old.toml".to_owned(), "id = 1".into());
    let problems = load(&files).unwrap_err().to_string();
    assert!(problems.contains("there is no shared check called `os-maintained`"), "{problems}");
    files.common = [("os-maintained.toml".to_owned(), "id = 1".into())].into();
    let problems = load(&files).unwrap_err().to_string();
    assert!(problems.contains("/packs/thing/common/os-maintained.toml:1:"), "{problems}");
}

#[test]
fn the_digest_covers_every_file() {
    let digest = |from: &str, to: &str| load(&pack_with("endpoints.toml", from, to)).unwrap().sha256;
    assert_eq!(digest("", "").len(), 64);
    assert_eq!(digest("", ""), digest("", ""));
    assert_ne!(digest("", ""), digest("It is.", "It was."));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is cut out of a file or put into it, loading ends with a pack or with problems.
    #[test]
    fn loading_never_panics(file in 0usize..6, start: prop::sample::Index, length in 0usize..40, put in "[\\]\\[{}=\"'#a-z0-9.,\n -]{0,12}|\\PC{0,4}") {
        let mut files = pack_with("pack.toml", "", "");
        let name = files.files.keys().nth(file).unwrap().clone();
        let text: Vec<char> = files.files[&name].chars().collect();
        let start = start.index(text.len());
        let (before, after) = (&text[..start], &text[(start + length).min(text.len())..]);
        let changed: String = before.iter().chain(&put.chars().collect::<Vec<_>>()).chain(after).collect();
        files.files.insert(name, changed.into());
        if let Err(Problems(problems)) = load(&files) {
            prop_assert!(!problems.is_empty());
        }
    }
}
