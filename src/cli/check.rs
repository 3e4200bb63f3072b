//! `rampcheck check`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::arguments::{CheckArguments, ReportFormat};
use super::exit::{Exit, Failure};
use super::output::{Target, rendered, say};
use super::{packs, plan, server, source};
use crate::check::Pack;
use crate::facts::{Facts, Reading, Value};
use crate::render::text::Style;
use crate::report::{Collection, FACTS_SCHEMA, REPORT_SCHEMA, Report, seal};

/// Largest facts document or report read.
const LIMIT: u64 = 16 << 20;

/// Runs it.
pub fn run(arguments: &CheckArguments, style: Style) -> Result<Exit, Failure> {
    let file = plan::file(arguments.plan.as_deref())?;
    let mut plan = plan::merged(&file, arguments);
    let packs = packs::all(&arguments.packs.packs)?;
    let mut settled = None;
    if !plan.product.is_empty() {
        let pack = packs::of_product(&packs, &plan.product)?;
        settled = Some((pack, plan::settle(&mut plan, pack)?));
    }
    let targets = arguments.output.iter().map(|output| Ok((output.format, Target::open(&output.file)?)));
    let targets = targets.collect::<Result<Vec<_>, Failure>>()?;

    let mut questions = packs::questions(&packs);
    questions.data_dir.clone_from(&plan.data_dir);
    server::ask(&plan.server, &mut questions)?;
    if let Some((pack, _)) = &settled {
        server::only_of(pack, &plan.server, &mut questions)?;
    }
    let (facts, collection) = match &arguments.facts {
        Some(path) => facts_file(path)?,
        None => {
            let document = source::read(&arguments.source, file.timeout, &questions, None)?;
            (document.facts, document.collection)
        }
    };
    let (pack, mut notes) = match settled {
        Some(settled) => settled,
        None => {
            let pack = running(&packs, &facts)?;
            plan.product.clone_from(&pack.product);
            let mut notes = plan::settle(&mut plan, pack)?;
            notes.insert(0, format!("no product was named: {} runs here", pack.product));
            (pack, notes)
        }
    };
    let today = match arguments.today {
        Some(today) => {
            notes.push(format!("judged as of {today}, as asked"));
            today
        }
        None => Timestamp::now().to_zoned(TimeZone::UTC).date(),
    };
    let mut report = Report::judge(pack, &plan, facts, collection, today, notes);
    // Only what is kept needs a digest.
    if arguments.format != ReportFormat::Human || targets.iter().any(|(format, _)| *format != ReportFormat::Human) {
        seal(&mut report).map_err(Failure::tool)?;
    }

    for (format, target) in targets {
        target.write(&rendered(&report, format, Style { color: false, ..style })?)?;
    }
    say(&rendered(&report, arguments.format, style)?)?;
    Ok(Exit::of(report.verdict, arguments.strict || file.strict, arguments.format))
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

/// Whether an image reference (`registry/name:tag@digest`) is of a repository.
fn is_of(image: &str, repository: &str) -> bool {
    let name = image.split('@').next().unwrap_or(image);
    let name = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    };
    name.strip_prefix("docker.io/").unwrap_or(name) == repository
}

/// What `--facts` takes of a facts document or a report.
#[derive(Deserialize)]
struct Document {
    schema: String,
    #[serde(flatten)]
    collection: Collection,
    facts: Facts,
}

fn facts_file(path: &Path) -> Result<(Facts, Collection), Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("facts {}: {error}", path.display()));
    let file = File::open(path).map_err(|error| fail(&error))?;
    let mut text = String::new();
    file.take(LIMIT + 1).read_to_string(&mut text).map_err(|error| fail(&error))?;
    if text.len() as u64 > LIMIT {
        return Err(fail(&"larger than 16 MiB"));
    }
    let document: Document = serde_json::from_str(&text).map_err(|error| fail(&error))?;
    if ![FACTS_SCHEMA, REPORT_SCHEMA].contains(&document.schema.as_str()) {
        return Err(fail(&format!("schema `{}` is not one that this version reads", document.schema)));
    }
    let unknown: Vec<_> =
        document.facts.keys().filter(|name| crate::facts::catalogue::lookup(name).is_none()).cloned().collect();
    if !unknown.is_empty() {
        return Err(fail(&format!("these are no facts: {}", unknown.join(", "))));
    }
    let collection = Collection { view: format!("facts {}", path.display()), ..document.collection };
    Ok((document.facts, collection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_of_its_repository_whatever_tag_or_digest() {
        for image in
            ["rocketchat/rocket.chat", "rocketchat/rocket.chat:7.10.3", "docker.io/rocketchat/rocket.chat@sha256:ab"]
        {
            assert!(is_of(image, "rocketchat/rocket.chat"), "{image}");
        }
        assert!(is_of(
            "registry.rocket.chat:443/rocketchat/rocket.chat:8.0",
            "registry.rocket.chat:443/rocketchat/rocket.chat"
        ));
        assert!(!is_of("evil/rocketchat/rocket.chat:1", "rocketchat/rocket.chat"));
    }
}
