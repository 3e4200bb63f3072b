//! One verdict over many hosts: each report is judged anew by the plan of the fleet, added up, and let go.
//!
//! What is kept of a host is little: its row, what it adds to the whole, and its place in the findings that it shares with
//! others. A pack's checks are judged on each host, and fail where they fail on one. Those that look at `fleet.*`, and the sizes
//! of a tier that are the total of a cluster, are judged once, over all hosts that count.

mod fold;
mod whole;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::facts::{Fact, utc_day};
use crate::judge::{Finding, judge_whole, next_of_whole};
use crate::pack::Pack;
use crate::plan::{Intent, MONGODB, NODE, Note, Plan, PlanError, Scope};
use crate::redact::Redaction;
use crate::report::fleet::{Fleet, FleetHost, Said, Standing};
use crate::report::read::Received;
use crate::report::verify::{Mark, Signed, signers};
use crate::report::{Collection, HostId, Report, TierId, Tool};
use fold::Folds;
use whole::Part;

/// Most names of hosts that a finding or a step tells.
pub(crate) const MOST_NAMES: usize = 10;

/// Longest name of a host that is kept, characters; DNS has no longer one.
const LONGEST_NAME: usize = 255;
/// Longest reason that is kept, characters.
const LONGEST_PROBLEM: usize = 500;

/// What is asked about a fleet, as plain values.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the operator intends with all hosts. `nodes` is how many of them are expected.
    pub intent: Intent,
    /// This moment, by the clock of the machine rampcheck runs on.
    pub now: Timestamp,
    /// Day to judge, if not today.
    pub today: Option<Date>,
    /// Names of the hosts that are expected, with their places in the list; whichever there are, if none is named.
    pub expected: BTreeMap<String, usize>,
    /// Roles of hosts by name, where they are not nodes.
    pub roles: BTreeMap<String, String>,
    /// A host that was read longer ago does not count.
    pub max_age: Option<Duration>,
    /// Content of a file of allowed signers: one of them must have signed each report.
    pub allowed_signers: Option<String>,
}

impl Question {
    fn today(&self) -> Date {
        self.today.unwrap_or_else(|| utc_day(self.now))
    }

    /// What is intended where this question says nothing: as with the first report, but for what is about its host alone.
    #[must_use]
    pub fn as_with(mut self, first: &Report) -> Self {
        let own = first.plan.intent();
        let of_all = Intent {
            product: Some(first.plan.product.clone()),
            nodes: None,
            data_dir: None,
            plugins: Vec::new(),
            waivers: Vec::new(),
            attestations: Vec::new(),
            only: Vec::new(),
            ..own
        };
        self.intent = self.intent.over(of_all);
        self
    }
}

/// A report on its way into the fleet.
pub struct Arrival<'a> {
    /// Its file, as messages name it.
    pub file: &'a str,
    /// The name of its file without its endings, which may be the name of a host.
    pub stem: &'a str,
    /// The report.
    pub received: Received,
    /// Its bytes and its signature.
    pub signed: Signed<'a>,
}

/// A host that was judged, or why it was not.
pub struct Judged {
    file: String,
    stem: String,
    /// Name in the report.
    own: Option<String>,
    standing: Standing,
    said: Option<Said>,
    part: Part,
    findings: Vec<(Finding, crate::facts::Facts)>,
    plan_differs: bool,
    from_facts: bool,
    /// Day of review and version of the pack that judged it, if it is newer than the one here.
    newer_pack: Option<(Date, String)>,
}

impl Judged {
    /// A file that holds no report.
    pub fn unreadable(file: &str, stem: &str, why: String) -> Self {
        Self {
            file: file.to_owned(),
            stem: stem.to_owned(),
            own: None,
            standing: Standing::Unreadable { problem: cut(&why, LONGEST_PROBLEM) },
            said: None,
            part: Part::default(),
            findings: Vec::new(),
            plan_differs: false,
            from_facts: false,
            newer_pack: None,
        }
    }
}

/// Judges hosts one by one, in any thread.
pub struct Judge<'p> {
    pack: &'p Pack,
    question: Question,
    /// The plan of the whole.
    plan: Plan,
    notes: Vec<Note>,
}

impl<'p> Judge<'p> {
    /// Settles the plan of the fleet.
    ///
    /// # Errors
    /// All that does not fit the pack, and roles that there are not.
    pub fn new(pack: &'p Pack, question: Question) -> Result<Self, PlanError> {
        let unknown = question.roles.iter().filter(|(_, role)| ![NODE, MONGODB].contains(&role.as_str()));
        let unknown: Vec<_> =
            unknown.map(|(host, role)| format!("{host}: `{role}` is not a role; roles: {NODE}, {MONGODB}")).collect();
        if !unknown.is_empty() {
            return Err(PlanError(unknown));
        }
        let (plan, mut notes) = question.intent.clone().settle(pack)?;
        // It is said of one host.
        notes.retain(|note| *note != Note::ClusterTotal);
        Ok(Self { pack, question, plan, notes })
    }

    fn role(&self, name: Option<&str>, stem: &str) -> &str {
        let named = self.question.roles.get(stem).or_else(|| self.question.roles.get(name?));
        named.map_or(NODE, String::as_str)
    }

    /// The plan for one host, under the plan of all.
    fn plan_of(&self, report: &Report, role: &str) -> Result<(Plan, Vec<Note>), PlanError> {
        let own = Intent {
            plugins: report.plan.plugins.clone(),
            waivers: report.plan.waivers.clone(),
            attestations: report.plan.attestations.clone(),
            data_dir: report.plan.data_dir.clone(),
            ..Intent::default()
        };
        let mut intent = Intent { nodes: None, ..self.question.intent.clone() }.over(own);
        if role == MONGODB {
            intent.mongodb = Some("local".to_owned());
        } else if intent.mongodb.is_none() && self.question.roles.values().any(|role| role == MONGODB) {
            intent.mongodb = Some("remote".to_owned());
        }
        let (mut plan, notes) = intent.settle(self.pack)?;
        plan.role = (role != NODE).then(|| role.to_owned());
        Ok((plan, notes))
    }

    /// Judges a report.
    pub fn judge(&self, arrival: Arrival<'_>) -> Judged {
        let Arrival { file, stem, received, signed } = arrival;
        let written = &received.report;
        let mut judged = Judged::unreadable(file, stem, String::new());
        judged.own = written.host.name.as_deref().map(|name| cut(name, LONGEST_NAME));
        judged.from_facts = written.notes.contains(&Note::FactsFile);
        let pack = &written.pack;
        judged.newer_pack =
            (pack.reviewed > self.pack.reviewed).then(|| (pack.reviewed, cut(&pack.version, LONGEST_NAME)));
        judged.plan_differs = differs(&written.plan, &self.plan);
        if Some(&written.plan.product) != self.question.intent.product.as_ref() {
            judged.standing = Standing::OtherProduct { product: written.plan.product.clone() };
            return judged;
        }
        let role = self.role(written.host.name.as_deref(), stem);
        let (plan, notes) = match self.plan_of(written, role) {
            Ok(settled) => settled,
            Err(error) => {
                judged.standing = Standing::Unreadable { problem: error.to_string().replace('\n', "; ") };
                return judged;
            }
        };
        let mut observed = received.observation();
        if self.question.today.is_none() {
            observed = observed.as_of(self.question.now);
        }
        let read = observed.collection.started;
        judged.standing = self.standing(&received, &signed, read);
        let by = format!("{}, pack {}", written.tool.version, written.pack.version);
        let report = Report::judge(self.pack, plan, notes, observed, self.question.today());
        judged.said = Some(Said::of(report.host.id.clone(), read, by, report.verdict, &report.findings, &report.facts));
        judged.part = Part::of(&report.facts, role);
        judged.findings = report
            .findings
            .into_iter()
            .map(|finding| {
                let shown = finding.found.iter();
                let facts = shown.filter_map(|name| Some((name.clone(), report.facts.get(name)?.clone())));
                let facts = facts.collect();
                (finding, facts)
            })
            .collect();
        judged
    }

    /// Whether a report counts, as far as it tells by itself.
    fn standing(&self, received: &Received, signed: &Signed<'_>, read: Timestamp) -> Standing {
        let bad = signers(&received.report, signed).into_iter().find(|(mark, _)| *mark == Mark::Bad);
        if let Some((_, why)) = bad {
            return Standing::Unsigned { problem: why };
        }
        let was_edited = |note: &Note| matches!(note, Note::Edited | Note::NotFollowing);
        if !received.is_intact() || received.report.notes.iter().any(was_edited) {
            return Standing::Edited;
        }
        let age = self.question.now.duration_since(read).as_secs();
        let limit = self.question.max_age.map(|age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
        if limit.is_some_and(|limit| age > limit) {
            return Standing::Stale { age };
        }
        Standing::Judged
    }
}

/// Whether a plan intends something else than that of the fleet, where both say it.
fn differs(own: &Plan, of_all: &Plan) -> bool {
    own.tier.is_some() && own.tier != of_all.tier
        || own.phase != of_all.phase && own.has_said("phase")
        || own.deployment.is_some() && own.deployment != of_all.deployment
}

/// Adds up the hosts of a fleet.
pub struct Gathering<'p> {
    judge: &'p Judge<'p>,
    hosts: Vec<FleetHost>,
    parts: Vec<Part>,
    folds: Folds,
    /// Places of the hosts that count, by their ids.
    counted: HashMap<String, usize>,
    differing: usize,
    from_facts: bool,
    newer: Vec<(Date, String)>,
}

impl<'p> Gathering<'p> {
    /// Nothing yet.
    pub fn new(judge: &'p Judge<'p>) -> Self {
        Self {
            judge,
            hosts: Vec::new(),
            parts: Vec::new(),
            folds: Folds::default(),
            counted: HashMap::new(),
            differing: 0,
            from_facts: false,
            newer: Vec::new(),
        }
    }

    /// Adds a host. Of two reports of one host the newer one counts.
    pub fn add(&mut self, judged: Judged) {
        let Judged { file, stem, own, mut standing, said, part, findings, plan_differs, from_facts, newer_pack } =
            judged;
        let expected = &self.judge.question.expected;
        let is_expected = |name: &String| expected.contains_key(name);
        let name = Some(&stem).filter(|stem| is_expected(stem)).or(own.as_ref().filter(|own| is_expected(own)));
        let named = name.cloned();
        let is_expected = named.is_some();
        // Whose file is not a report is known by its name alone.
        let name = named.or(own).unwrap_or(stem.clone());
        if !expected.is_empty() && !is_expected {
            standing = Standing::Unexpected;
        }
        let place = self.hosts.len();
        if standing == Standing::Judged {
            self.differing += usize::from(plan_differs);
            self.from_facts |= from_facts;
            self.newer.extend(newer_pack);
            let id = identity(said.as_ref(), &name);
            if let Some(before) = self.counted.get(&id).copied() {
                let read = |said: &Option<Said>| said.as_ref().map(|said| said.read);
                let other = |by: &str, is_same: bool| {
                    let by = by.to_owned();
                    if is_same { Standing::Superseded { by } } else { Standing::SameHost { by } }
                };
                let is_same = self.hosts[before].name == name || expected.is_empty();
                if read(&said) > read(&self.hosts[before].said) {
                    self.hosts[before].standing = other(&file, is_same);
                    self.counted.insert(id, place);
                } else {
                    let by = self.hosts[before].file.clone().unwrap_or_default();
                    standing = other(&by, is_same);
                }
            } else {
                self.counted.insert(id, place);
            }
        }
        if standing == Standing::Judged {
            for (finding, facts) in findings {
                self.folds.add(finding, facts, place);
            }
        }
        let role = self.judge.role(Some(&name), &stem).to_owned();
        self.hosts.push(FleetHost { name, role, file: Some(file), standing, said });
        self.parts.push(part);
    }

    /// The report on all of them.
    pub fn finish(self) -> Report {
        let Self { judge, mut hosts, parts, folds, counted, differing, from_facts, newer } = self;
        let Judge { pack, question, plan, notes } = judge;
        settle_older(&mut hosts, &counted);
        let mut missing = question.expected.clone();
        hosts.iter().for_each(|host| _ = missing.remove(&host.name));
        let mut missing: Vec<_> = missing.into_iter().collect();
        missing.sort_by_key(|(_, place)| *place);
        hosts.extend(missing.into_iter().map(|(name, _)| {
            let role = judge.role(Some(&name), &name).to_owned();
            FleetHost { name, role, file: None, standing: Standing::Missing, said: None }
        }));
        let counts = |place: usize| hosts[place].standing == Standing::Judged;
        let members: Vec<_> = (0..parts.len()).filter(|place| counts(*place)).collect();
        let gaps = gaps(&hosts, members.len(), plan.nodes);
        let of_members: Vec<_> = members.iter().map(|place| (&*hosts[*place].name, &parts[*place])).collect();
        let known = whole::facts(&of_members, &gaps);
        let today = question.today();
        let pack = &*pack.with_plugins(&plan.plugins);
        let (mut of_whole, facts) = judge_whole(pack, plan, known, today);
        let is_whole = gaps.is_empty();
        of_whole.iter_mut().for_each(|finding| whole::shortage(finding, &facts, is_whole, &of_members));
        let name = |place: usize| hosts[place].name.as_str();
        let mut folded = folds.finish(&counts, &name);
        let mut findings = Vec::new();
        for check in &pack.checks {
            let judged = of_whole.iter().position(|finding| finding.id == check.id).map(|at| of_whole.swap_remove(at));
            findings.extend(judged.or_else(|| folded.remove(&check.id)));
        }
        // Plugins of single hosts are no checks of the pack.
        findings.extend(folded.into_values());
        let missing: Vec<_> =
            hosts.iter().filter(|host| host.standing.is_gap()).map(|host| host.name.clone()).collect();
        let (verdict, next) = next_of_whole(pack, plan, &findings, &facts, &missing, MOST_NAMES);
        let mut notes = notes.clone();
        if differing > 0 {
            notes.push(Note::PlansDiffer { hosts: differing });
        }
        if let Some((_, version)) = newer.iter().max() {
            notes.push(Note::NewerPack { hosts: newer.len(), version: version.clone() });
        }
        if from_facts {
            notes.push(Note::FactsFile);
        }
        if let Some(day) = question.today {
            notes.push(Note::JudgedAsOf { day });
        }
        notes.splice(0..0, Report::old_pack(pack, today));
        hosts.sort_by(|one, other| (&one.name, &one.file).cmp(&(&other.name, &other.file)));
        let read = hosts.iter().filter_map(|host| host.said.as_ref()).map(|said| said.read).min();
        Report {
            tool: Tool::default(),
            pack: pack.into(),
            host: HostId::default(),
            collection: Collection {
                started: read.unwrap_or(question.now),
                duration_ms: 0,
                view: format!("{} reports", hosts.iter().filter(|host| host.file.is_some()).count()),
                uid: None,
            },
            today,
            scope: Scope::Fleet,
            tier: plan.tier_in(pack).map(TierId::from),
            plan: plan.clone(),
            notes,
            facts: Report::without_unsaid(facts),
            findings,
            verdict,
            next,
            redaction: Redaction::None,
            fleet: Some(Fleet { hosts }),
            digest: String::new(),
        }
    }
}

/// What tells a host from all others: its machine id, or its name where that is not known.
fn identity(said: Option<&Said>, name: &str) -> String {
    said.and_then(|said| said.id.clone()).unwrap_or_else(|| format!("name {name}"))
}

/// What does not count and is no newer than what does count of the same host, is only an older report.
fn settle_older(hosts: &mut [FleetHost], counted: &HashMap<String, usize>) {
    for place in 0..hosts.len() {
        let FleetHost { name, standing, said, .. } = &hosts[place];
        let (Some(said), true) = (said, standing.is_gap()) else { continue };
        let Some(newer) =
            counted.get(&identity(Some(said), name)).map(|place| &hosts[*place]).filter(|newer| newer.name == *name)
        else {
            continue;
        };
        if newer.said.as_ref().is_some_and(|newer| newer.read >= said.read) {
            let by = newer.file.clone().unwrap_or_default();
            hosts[place].standing = Standing::Superseded { by };
        }
    }
}

/// Why not all hosts are known; empty if they are.
fn gaps(hosts: &[FleetHost], counted: usize, nodes: Option<u64>) -> String {
    let mut by_word: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for host in hosts.iter().filter(|host| host.standing.is_gap()) {
        by_word.entry(host.standing.to_string().replace('-', " ")).or_default().push(&host.name);
    }
    let mut parts: Vec<_> =
        by_word.iter().map(|(word, names)| format!("{word}: {}", named(names.iter().copied(), names.len()))).collect();
    if counted == 0 {
        parts.push("no report counts".to_owned());
    }
    if let Some(nodes) = nodes.filter(|nodes| *nodes > counted as u64) {
        parts.push(format!("{counted} of {nodes} hosts have a report that counts"));
    }
    parts.join("; ")
}

/// The beginning of a text.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// The first names of many.
fn named<'n>(names: impl Iterator<Item = &'n str>, count: usize) -> String {
    let shown: Vec<_> = names.take(MOST_NAMES).collect();
    let more = if count > shown.len() { format!(" and {} more", count - shown.len()) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// A fact that was derived from those of several hosts.
fn derived(fact: Fact) -> Fact {
    fact.by(crate::facts::Provenance::Derived)
}

#[cfg(test)]
mod tests;
