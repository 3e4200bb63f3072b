//! `rampcheck check`.

use jiff::Timestamp;
use jiff::civil::Date;

use super::arguments::{CheckArguments, JudgeArguments};
use super::delivery::Delivery;
use super::exit::{Exit, Failure};
use super::packs::Packs;
use super::{plan, received, server, source};
use crate::check::Pack;
use crate::facts::{Facts, Reading, Value, is_of, utc_day};
use crate::render::text::Style;
use crate::report::Report;
use crate::report::read::Observed;

/// Runs it.
pub fn run(arguments: &CheckArguments, style: Style) -> Result<Exit, Failure> {
    let delivery = Delivery::open(&arguments.delivery)?;
    let Judged { report, strict } = judge(&arguments.judge, Versions::Needed)?;
    let verdict = report.verdict;
    delivery.report(report, style)?;
    Ok(Exit::of(verdict, arguments.strict || strict, arguments.delivery.format))
}

/// A report, and whether the plan file lets warnings fail.
pub struct Judged {
    /// The report, without its digest.
    pub report: Report,
    /// Warnings fail.
    pub strict: bool,
}

/// Of which programs a version is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// Of those whose version a check reads.
    Needed,
    /// Of all that the facts name, for somebody who reads them.
    All,
}

/// Where the facts come from.
enum Origin {
    Host(source::Reading),
    Sent(Observed),
}

/// Reads the host, or the facts that someone sent, and judges them.
pub fn judge(arguments: &JudgeArguments, versions: Versions) -> Result<Judged, Failure> {
    let file = plan::file(arguments.plan.plan.as_deref())?;
    let mut plan = plan::merged(&file, arguments.product.as_ref(), &arguments.plan);
    if arguments.source.data_dir.is_some() {
        plan.data_dir.clone_from(&arguments.source.data_dir);
    }
    plan.server = arguments.server.over(plan.server);
    let server = server::questions(&plan.server)?;
    // The host's programs answer while the packs are read.
    let origin = match &arguments.facts {
        Some(path) => Origin::Sent(received::observed(path)?),
        None => Origin::Host(source::start(&arguments.source, file.timeout, &server.authorities, None)?),
    };
    let packs = Packs::find(&arguments.packs.packs)?;
    let mut settled = None;
    if !plan.product.is_empty() {
        let pack = packs.read_one(&plan.product)?;
        let notes = plan::settle(&mut plan, &pack)?;
        settled = Some((pack, notes));
    }
    let mut questions = packs.questions(settled.as_ref().map(|(pack, _)| pack))?;
    questions.data_dir.clone_from(&plan.data_dir);
    questions.server = server;
    if versions == Versions::All {
        questions.ask_versions();
    }
    if let Some((pack, _)) = &settled {
        server::only_of(pack, &plan.server, &mut questions)?;
    }
    let Observed { collection, facts, redaction } = match origin {
        Origin::Host(reading) => reading.finish(questions)?.into(),
        Origin::Sent(observed) => observed,
    };
    let (pack, mut notes) = match settled {
        Some(settled) => settled,
        None => {
            let pack = running(&packs.read()?, &facts)?.clone();
            plan.product.clone_from(&pack.product);
            let mut notes = plan::settle(&mut plan, &pack)?;
            notes.insert(0, format!("no product was named: {} runs here", pack.product));
            (pack, notes)
        }
    };
    let today = day(arguments.plan.today, &mut notes);
    let mut report = Report::judge(&pack, &plan, facts, collection, today, notes);
    report.redaction = redaction;
    Ok(Judged { report, strict: file.strict })
}

/// The day judged: the one asked for, with a note that says so, or today in UTC.
pub fn day(asked: Option<Date>, notes: &mut Vec<String>) -> Date {
    match asked {
        Some(today) => {
            notes.push(format!("judged as of {today}, as asked"));
            today
        }
        None => today(),
    }
}

/// Today, in UTC.
pub fn today() -> Date {
    utc_day(Timestamp::now())
}

/// The one product whose official containers run here.
fn running<'p>(packs: &'p [Pack], facts: &Facts) -> Result<&'p Pack, Failure> {
    let reading = facts.get("docker.images").map(|fact| &fact.reading);
    let images = match reading {
        Some(Reading::Known(Value::List(images))) => images.as_slice(),
        _ => &[],
    };
    let runs = |pack: &&Pack| images.iter().any(|image| pack.images.iter().any(|repository| is_of(image, repository)));
    let found: Vec<_> = packs.iter().filter(runs).collect();
    if let [pack] = found.as_slice() {
        return Ok(pack);
    }
    let names: Vec<_> = packs.iter().map(|pack| format!("  {:<12} {}", pack.product, pack.title)).collect();
    let why = match (found.len(), reading) {
        (0, Some(Reading::Unknown { reason, .. })) => format!("whether one runs here cannot be told ({reason})"),
        (0, _) => "none of them runs here".to_owned(),
        _ => "more than one of them runs here".to_owned(),
    };
    Err(Failure::usage(format!(
        "name a product, because {why}:\n{}\nfor example: rampcheck check {} --tier {}",
        names.join("\n"),
        packs.first().map_or("PRODUCT", |pack| pack.product.as_str()),
        packs.first().and_then(|pack| pack.tiers.first()).map_or("TIER", |tier| tier.id.as_str()),
    )))
}
