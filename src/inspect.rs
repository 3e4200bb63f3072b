//! The verb of the library: a request, a host and packs to a report.
//!
//! ```text
//! host --probes--> facts --redact--> derive --> judge --> report
//!                  request + pack + day ----------^
//! ```

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::facts::catalogue::lookup;
use crate::facts::{Fact, FactState, Facts, Manifests, Measure, Privacy, Questions, ServerQuestions, Subject, utc_day};
use crate::host::{Host, RECORDING_LIMIT, Recorded, Remembering, Token};
use crate::judge::{self, subjects};
use crate::pack::{Pack, PackError, Packs, ReleasePolicy};
use crate::plan::{Intent, Note, Plan, PlanError, ServerPlan, StoragePlan, is_of_kubernetes};
use crate::probe::{Deadlines, are_values, collect, deploys, essence};
use crate::redact::{RedactError, Redaction, Redactor};
use crate::report::read::{Received, Sent};
use crate::report::{self, Collection, Observation, Report};

/// Most names of facts that a note lists.
const MOST_NAMES: usize = 10;

/// What is asked, as plain values: nothing in it has to be opened or parsed any more.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the operator intends.
    pub intent: Intent,
    /// This moment, by the clock of the machine rampcheck runs on.
    pub now: Timestamp,
    /// Day to judge, if not today.
    pub today: Option<Date>,
    /// Content of the files that the intent names.
    pub files: Files,
    /// Ask for the version of every tool, for somebody who reads the facts themselves.
    pub every_version: bool,
    /// What is measured of the disk that holds the data.
    pub measure: Option<Measure>,
    /// Other nodes whose ports are tested.
    pub peers: Vec<String>,
    /// How long the host is waited for.
    pub deadlines: Deadlines,
}

/// Content of the files that an intent names.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Signed lists of supported releases: name and content.
    pub lists: Vec<(String, String)>,
    /// Public keys, PEM, trusted besides the vendor's.
    pub keys: Vec<String>,
    /// Certificate authorities, PEM, trusted besides the system's.
    pub authorities: String,
    /// What the listeners on other nodes know, too.
    pub token: Option<Token>,
    /// Manifests of what will be deployed.
    pub manifests: Manifests,
}

/// Where the facts come from.
pub enum Source {
    /// A host, and what it is called in the report: `this host`, `tree below DIR`.
    Host(Arc<Remembering>, String),
    /// Facts that somebody sent, by themselves or in a report.
    Facts(Sent),
    /// An earlier report, judged again: with its own plan under what the request intends.
    Report(Box<Received>),
}

/// Why there is no report. Each is for the person who asked: wrong usage or input.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// A pack cannot be used, or there is none for the product.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The plan does not fit the pack.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// No product was named, and not exactly one runs here.
    #[error("{0}")]
    NoProduct(String),
    /// Redaction failed: a fault of rampcheck's own.
    #[error(transparent)]
    Redact(#[from] RedactError),
}

impl Request {
    /// A request that intends nothing yet, at this moment.
    pub fn at(now: Timestamp) -> Self {
        Self {
            intent: Intent::default(),
            now,
            today: None,
            files: Files::default(),
            every_version: false,
            measure: None,
            peers: Vec::new(),
            deadlines: Deadlines::default(),
        }
    }

    fn today(&self) -> Date {
        self.today.unwrap_or_else(|| utc_day(self.now))
    }

    /// What a run on this machine will ask over the network, for the product intended or for those that may run here.
    ///
    /// # Errors
    /// When a pack cannot be used.
    pub fn addresses(&self, packs: &Packs) -> Result<Vec<String>, PackError> {
        let server = &self.intent.server;
        if server.url.is_none() && !server.online && self.peers.is_empty() && !self.asks_cluster() {
            return Ok(Vec::new());
        }
        let asking = match &self.intent.product {
            Some(product) => vec![packs.read(product)?],
            None => packs.read_all()?,
        };
        Ok(self.questions(&asking).addresses())
    }

    /// Whether a cluster is asked, if there is a kubeconfig.
    fn asks_cluster(&self) -> bool {
        self.intent.deployment.as_deref().is_some_and(is_of_kubernetes)
    }

    /// What is asked of a host for these packs.
    fn questions(&self, packs: &[Arc<Pack>]) -> Questions {
        let only = &self.intent.only;
        let mut questions = Questions { now: Some(self.now), measure: self.measure, ..Questions::default() };
        for pack in packs {
            pack.with_plugins(&self.intent.plugins).ask(&mut questions, only);
            // Of several packs, one that has releases goes before others.
            if pack.releases.is_some() || (pack.server.is_some() && questions.server == ServerQuestions::default()) {
                questions.server = server_questions(&self.intent.server, &self.files, pack);
            }
        }
        if let (false, Some(_), [pack]) = (only.is_empty(), &self.intent.product, packs) {
            let pack = pack.with_plugins(&self.intent.plugins);
            questions.subjects = Some(subjects(&pack, pack.chosen(only)));
        }
        let named = self.intent.plugins.iter().filter(|name| questions.plugins.contains(*name));
        questions.named_plugins = named.cloned().collect();
        questions.data_dir = self.intent.data_dir.as_ref().map(Into::into);
        questions.reach.peers.clone_from(&self.peers);
        questions.manifests.clone_from(&self.files.manifests);
        questions.cluster = self.asks_cluster();
        if self.every_version {
            questions.ask_versions();
        }
        questions
    }
}

fn server_questions(plan: &ServerPlan, files: &Files, pack: &Pack) -> ServerQuestions {
    let policy = pack.releases.as_ref().map(|releases| &releases.policy);
    let of_policy = |text: fn(&ReleasePolicy) -> &Option<String>| policy.and_then(|policy| text(policy).clone());
    ServerQuestions {
        url: plan.url.clone(),
        info_path: of_policy(|policy| &policy.info_path),
        id_path: of_policy(|policy| &policy.id_path),
        way: pack.server.clone(),
        lists: files.lists.clone(),
        keys: policy.iter().flat_map(|policy| &policy.keys).chain(&files.keys).cloned().collect(),
        authorities: files.authorities.clone(),
        online: plan.online,
        list_url: plan.list_url.clone().or_else(|| of_policy(|policy| &policy.list_url)),
        release_url: of_policy(|policy| &policy.release_url),
        release: plan.version.clone(),
    }
}

/// Inspects a host: reads it, redacts what was read, and judges it for the product that the request intends, or for the one
/// whose official container runs here. `progress` is called with the subjects that are still being read.
///
/// # Errors
/// When a pack or the plan cannot be used, or no product is named and none can be found.
pub fn inspect(
    request: &Request,
    source: Source,
    packs: &Packs,
    redactor: &mut Redactor,
    progress: &mut dyn FnMut(&[Subject]),
) -> Result<Report, InspectError> {
    let mut remarks = Vec::new();
    let (intent, observed, received) = match source {
        Source::Report(received) => {
            let intent = again(without_manifests(&request.intent), &received.report, &mut remarks);
            (intent, Ok(received.observation()), Some(received))
        }
        Source::Facts(Sent::Facts(observation)) => {
            remarks.push(Note::FactsFile);
            (without_manifests(&request.intent), Ok(observation), None)
        }
        Source::Facts(Sent::Report(received)) => {
            let Report { collection, facts, redaction, host, .. } = received.report.clone();
            let observation = Observation { collection, facts, redaction, token: host.token };
            (without_manifests(&request.intent), Ok(observation), Some(received))
        }
        Source::Host(host, view) => (request.intent.clone(), Err((host, view)), None),
    };
    // A plan that does not fit its pack fails before the host is read.
    let mut candidates = Vec::new();
    let named = match &intent.product {
        Some(product) => {
            let pack = packs.read(product)?;
            let settled = intent.clone().settle(&pack).map_err(|error| of_other(error, &intent, &pack, packs))?;
            Some((pack, settled))
        }
        None => {
            candidates = packs.read_all()?;
            match of_manifests(&candidates, &intent, &request.files.manifests)? {
                Some(pack) => {
                    let settled = intent.clone().settle(&pack)?;
                    Some((pack, settled))
                }
                None => None,
            }
        }
    };
    if let Some((_, (plan, _))) = &named {
        fits(plan, &request.files.manifests)?;
    }
    // On a day that was asked for, this clock says nothing.
    let as_of = |observed: Observation| if request.today.is_some() { observed } else { observed.as_of(request.now) };
    let observed = observed.map(as_of).unwrap_or_else(|(host, view)| {
        let asking = named.as_ref().map_or(candidates.as_slice(), |(pack, _)| std::slice::from_ref(pack));
        observe(host, view, request.questions(asking), request, progress)
    });
    let (pack, (mut plan, mut notes)) = match named {
        Some(named) => named,
        None => {
            let pack = running(&candidates, &observed.facts)?;
            let settled = intent.settle(&pack)?;
            (pack, settled)
        }
    };
    if let Some(received) = received {
        remarks.extend(doubts(&received, packs, &pack));
    }
    notes.append(&mut remarks);
    if let Some(day) = request.today {
        notes.push(Note::JudgedAsOf { day });
    }
    let mut origin = pack.origin.clone();
    let mut texts = plan.private_texts();
    texts.push((Privacy::Path, &mut origin));
    let observed = redacted(observed, texts, redactor, std::slice::from_ref(&pack))?;
    let mut report = Report::judge(&pack, plan, notes, observed, request.today());
    report.pack.origin = origin;
    Ok(report)
}

/// Reads a host with the questions of these packs, and redacts what was read; judges nothing.
///
/// # Errors
/// When redaction fails.
pub fn facts(
    request: &Request,
    host: Arc<Remembering>,
    view: String,
    packs: &[Arc<Pack>],
    redactor: &mut Redactor,
    progress: &mut dyn FnMut(&[Subject]),
) -> Result<Observation, RedactError> {
    let observed = observe(host, view, request.questions(packs), request, progress);
    redacted(observed, Vec::new(), redactor, packs)
}

/// A recording of all that a host answered, with what probes read in it and nothing else. Redacted with the names of the facts
/// that were redacted before.
///
/// # Errors
/// When redaction fails, or leaves what is no recording.
pub fn recording(
    request: &Request,
    host: &Remembering,
    packs: &[Arc<Pack>],
    redactor: &mut Redactor,
) -> Result<String, String> {
    let questions = request.questions(packs);
    let recorded = host.recorded(|question, answer| essence(question, answer, &questions));
    let mut text = recorded.to_toml().map_err(|error| error.to_string())?;
    redactor
        .redact(crate::redact::Redaction::None, &mut Facts::new(), &mut [(Privacy::FreeText, &mut text)])
        .map_err(|error| error.to_string())?;
    Recorded::default().answering(&text).map_err(|error| error.to_string())?;
    if text.len() > RECORDING_LIMIT {
        return Err(format!("the recording would be larger than {} MiB", RECORDING_LIMIT >> 20));
    }
    Ok(text)
}

fn observe(
    host: Arc<Remembering>,
    view: String,
    questions: Questions,
    request: &Request,
    progress: &mut dyn FnMut(&[Subject]),
) -> Observation {
    let clock = std::time::Instant::now();
    let uid = host.user().ok().map(|user| user.uid);
    let facts = collect(host, questions, &request.deadlines, progress);
    let collection = Collection {
        started: request.now.round(jiff::Unit::Millisecond).unwrap_or(request.now),
        duration_ms: u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX),
        view,
        uid,
    };
    Observation { collection, facts, redaction: Redaction::None, token: None }
}

/// What speaks against a report whose facts are judged by `pack`. That its own pack is not known here does not: its findings
/// count for nothing.
fn doubts(received: &Received, packs: &Packs, pack: &Pack) -> Vec<Note> {
    let product = &received.report.pack.product;
    let other = if pack.product == *product { None } else { packs.read(product).ok() };
    let doubts = match received.judged_anew(other.as_deref().unwrap_or(pack)) {
        Ok(anew) => anew.notes.into_iter().filter(Note::is_doubt).collect(),
        Err(_) => vec![if received.is_intact() { Note::NotFollowing } else { Note::Edited }],
    };
    doubts.into_iter().filter(|doubt| !matches!(doubt, Note::OtherPack { .. })).collect()
}

/// What is intended, for facts that were collected before: manifests are not read any more.
fn without_manifests(intent: &Intent) -> Intent {
    Intent { manifests: Vec::new(), ..intent.clone() }
}

/// What was intended with a report, under what is intended now.
fn again(intent: Intent, report: &Report, remarks: &mut Vec<Note>) -> Intent {
    let mut base = Intent { product: Some(report.plan.product.clone()), ..report.plan.intent() };
    if intent.product.as_ref().is_some_and(|product| *product != report.plan.product) {
        // Tier, numbers, waivers, storage and server are those of the other product.
        base = Intent {
            tier: None,
            numbers: Default::default(),
            waivers: Vec::new(),
            server: ServerPlan::default(),
            storage: StoragePlan::default(),
            ..base
        };
    }
    remarks.push(Note::JudgedAgain { started: report.collection.started });
    let mut unknown: Vec<String> = report.facts.keys().filter(|name| lookup(name).is_none()).cloned().collect();
    if !unknown.is_empty() {
        let count = unknown.len();
        unknown.truncate(MOST_NAMES);
        remarks.push(Note::UnknownFacts { names: unknown, count });
    }
    intent.over(base)
}

/// What was observed, cut to its bounds, and the other `texts` about the host, with stand-ins in the place of what is private, before anything
/// is judged. What the packs name stays.
fn redacted(
    observed: Observation,
    texts: Vec<(Privacy, &mut String)>,
    redactor: &mut Redactor,
    packs: &[Arc<Pack>],
) -> Result<Observation, RedactError> {
    let Observation { mut collection, mut facts, redaction: before, token } = observed;
    facts.values_mut().for_each(Fact::cut);
    redactor.keep(packs.iter().flat_map(|pack| pack.public_names()));
    let mut texts = texts;
    texts.push((Privacy::FreeText, &mut collection.view));
    let redaction = redactor.redact(before, &mut facts, &mut texts)?;
    let is_new = before == Redaction::None && redaction > before;
    let token = if is_new { report::token(redactor, &facts) } else { token };
    Ok(Observation { collection, facts, redaction, token })
}

/// What does not fit the pack of the product, and that the tier is one of another product, if it is.
fn of_other(error: PlanError, intent: &Intent, pack: &Pack, packs: &Packs) -> PlanError {
    let PlanError(mut wrong) = error;
    if let Some(tier) = intent.tier.as_deref().filter(|tier| pack.tier(tier).is_none()) {
        let others = packs.read_all().unwrap_or_default().into_iter().filter(|other| other.tier(tier).is_some());
        wrong.extend(others.map(|other| format!("`{tier}` is a tier of {}", other.product)));
    }
    PlanError(wrong)
}

/// The one product that the manifests deploy, if there are manifests.
fn of_manifests(
    packs: &[Arc<Pack>],
    intent: &Intent,
    manifests: &Manifests,
) -> Result<Option<Arc<Pack>>, InspectError> {
    if intent.manifests.is_empty() {
        return Ok(None);
    }
    let mut deployed = packs.iter().filter(|pack| deploys(manifests, &pack.application));
    match (deployed.next(), deployed.next()) {
        (Some(pack), None) => Ok(Some(pack.clone())),
        (None, _) => Err(no_product(packs, "the manifest names an image of none of them")),
        _ => Err(no_product(packs, "the manifest names images of more than one of them")),
    }
}

/// Refuses manifests that the method of deployment in the plan does not use.
fn fits(plan: &Plan, manifests: &Manifests) -> Result<(), PlanError> {
    let method = plan.deployment.as_deref().filter(|method| plan.has_said("deployment") && *method != "other");
    let (Some(method), false) = (method, manifests.files.is_empty()) else { return Ok(()) };
    let (are, by) = match are_values(manifests) {
        Ok(true) if !is_of_kubernetes(method) => ("values of a Helm chart", "kubernetes, rancher or openshift"),
        Ok(false) if is_of_kubernetes(method) => ("Compose files", "compose or swarm"),
        _ => return Ok(()),
    };
    Err(PlanError(vec![format!("the manifests are {are}, and --deployment {method} does not use them: {by} does")]))
}

/// That a product has to be named, and why.
fn no_product(packs: &[Arc<Pack>], why: &str) -> InspectError {
    let names: Vec<_> = packs.iter().map(|pack| format!("  {:<12} {}", pack.product, pack.title)).collect();
    let example = packs.first().map_or_else(String::new, |pack| {
        let tier = pack.tiers.first().map(|tier| format!(" --tier {}", tier.id)).unwrap_or_default();
        format!("\nfor example: rampcheck check {}{tier}", pack.product)
    });
    InspectError::NoProduct(format!("name a product, because {why}:\n{}{example}", names.join("\n")))
}

/// The one product whose official containers run here.
fn running(packs: &[Arc<Pack>], facts: &Facts) -> Result<Arc<Pack>, InspectError> {
    let state = facts.get("docker.images").map(|fact| &fact.state);
    let runs = |pack: &Arc<Pack>| judge::runs(pack, facts);
    let count = packs.iter().filter(|pack| runs(pack)).count();
    let why = match (count, state) {
        (1, _) => String::new(),
        (0, Some(FactState::Unknown { reason, .. })) => format!("it is unknown whether one runs here ({reason})"),
        (0, _) => "none of them runs here".to_owned(),
        _ => "more than one of them runs here".to_owned(),
    };
    match packs.iter().find(|pack| runs(pack)) {
        Some(pack) if count == 1 => Ok(pack.clone()),
        _ => Err(no_product(packs, &why)),
    }
}
