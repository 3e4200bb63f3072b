//! The plan from a file and the arguments, checked against the pack.

use std::fs;
use std::path::Path;

use super::arguments::PlanArguments;
use super::exit::Failure;
use crate::check::{Pack, Plan, PlanFile, Waiver, choose, read_plan};
use crate::facts::Version;
use crate::facts::catalogue::nearest;

/// Largest plan file read.
const LIMIT: u64 = 1 << 20;

/// Reads the plan file that the arguments name, or an empty one.
pub fn file(path: Option<&Path>) -> Result<PlanFile, Failure> {
    let Some(path) = path else { return Ok(PlanFile::default()) };
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("plan {}: {error}", path.display()));
    let meta = fs::metadata(path).map_err(|error| fail(&error))?;
    if !meta.is_file() || meta.len() > LIMIT {
        return Err(fail(&"no regular file, or larger than 1 MiB"));
    }
    let text = fs::read_to_string(path).map_err(|error| fail(&error))?;
    read_plan(&path.display().to_string(), &text).map_err(Failure::usage)
}

/// The plan of a file or a report with the arguments over it. A tier named on the command line puts the file's numbers aside, and
/// numbers on the command line its tier.
pub fn merged(file: &PlanFile, product: Option<&String>, arguments: &PlanArguments) -> Plan {
    let from_file = file.plan.clone();
    let numbers = [arguments.users, arguments.concurrent, arguments.mau, arguments.pcc];
    let by_numbers = arguments.tier.is_none() && numbers.iter().any(Option::is_some);
    let keep = |given: Option<u64>, filed: Option<u64>| if arguments.tier.is_some() { given } else { given.or(filed) };
    let mut waivers: Vec<Waiver> = arguments.waive.clone();
    waivers.extend(
        from_file.waivers.into_iter().filter(|filed| !arguments.waive.iter().any(|given| given.id == filed.id)),
    );
    let mut attestations = from_file.attestations;
    attestations.extend(arguments.attest.iter().cloned());
    Plan {
        product: product.cloned().unwrap_or(from_file.product),
        tier: arguments.tier.clone().or(if by_numbers { None } else { from_file.tier }),
        phase: arguments.phase.or(file.phase).unwrap_or_default(),
        users: keep(arguments.users, from_file.users),
        concurrent: keep(arguments.concurrent, from_file.concurrent),
        mau: keep(arguments.mau, from_file.mau),
        pcc: keep(arguments.pcc, from_file.pcc),
        instances: arguments.instances.or(from_file.instances),
        deployment: arguments.deployment.or(from_file.deployment),
        mongodb: arguments.mongodb.or(from_file.mongodb),
        mongodb_version: arguments.mongodb_version.clone().or(from_file.mongodb_version),
        data_dir: from_file.data_dir,
        server: from_file.server,
        waivers,
        attestations,
    }
}

/// Checks the plan against the pack, and chooses the tier when numbers do. Returns remarks on the choice.
///
/// All that is wrong is reported at once.
pub fn settle(plan: &mut Plan, pack: &Pack) -> Result<Vec<String>, Failure> {
    let mut wrong = Vec::new();
    let mut notes = Vec::new();
    let hint = |word: &str, among: &mut dyn Iterator<Item = &str>| {
        nearest(word, among).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
    };
    for waiver in &plan.waivers {
        if pack.check(&waiver.id).is_none() {
            let hint = hint(&waiver.id, &mut pack.checks.iter().map(|check| check.id.as_str()));
            wrong.push(format!(
                "there is no check `{}` to waive{hint}; `rampcheck check {}` shows the ids",
                waiver.id, pack.product
            ));
        }
    }
    if let Some(Err(error)) = plan.mongodb_version.as_deref().map(Version::parse) {
        wrong.push(format!("MongoDB version: {error}"));
    }
    let numbers = plan.numbers();
    match &plan.tier {
        Some(id) if pack.tier(id).is_none() => {
            let hint = hint(id, &mut pack.tiers.iter().map(|tier| tier.id.as_str()));
            let tiers: Vec<_> = pack.tiers.iter().map(|tier| tier.id.as_str()).collect();
            wrong.push(format!("{} has no tier `{id}`{hint}; tiers: {}", pack.product, tiers.join(", ")));
        }
        Some(_) => {}
        None if numbers.is_empty() => {}
        None => match choose(&pack.tiers, &pack.selection, &numbers) {
            Ok(chosen) => {
                plan.tier = Some(chosen.tier.id.clone());
                notes = chosen.notes;
            }
            Err(error) => wrong.push(error.to_string()),
        },
    }
    if wrong.is_empty() { Ok(notes) } else { Err(Failure::usage(wrong.join("\n"))) }
}
