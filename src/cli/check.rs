//! `rampcheck check`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{CheckArguments, Format};
use super::exit::{Exit, Failure};
use super::output::{Target, say};
use super::{packs, plan, received, source};
use crate::check::Pack;
use crate::facts::{Facts, Reading, Value};
use crate::render::text::Style;
use crate::render::{json, terminal};
use crate::report::{Report, seal};

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
    let (facts, collection) = match &arguments.facts {
        Some(path) => received::observed(path)?,
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
    seal(&mut report).map_err(Failure::tool)?;

    let rendered = |format| match format {
        Format::Json => json(&report).map_err(Failure::tool),
        Format::Human => Ok(terminal::report(&report, Style { color: false, ..style })),
    };
    for (format, target) in targets {
        target.write(&rendered(format)?)?;
    }
    match arguments.format {
        Format::Human => say(&terminal::report(&report, style))?,
        format @ Format::Json => say(&rendered(format)?)?,
    }
    Ok(Exit::of(report.verdict, arguments.strict || file.strict))
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
