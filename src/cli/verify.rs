//! `rampcheck verify`.

use std::path::{Path, PathBuf};

use super::arguments::{Format, VerifyArguments};
use super::delivery::SIGNATURE;
use super::exit::{Exit, Failure};
use super::input::{self, Arrived};
use super::output::say;
use super::packs;
use super::several::{List, messages};
use crate::render::json::json;
use crate::render::saved;
use crate::render::several::{Examined, examined};
use crate::render::text::Style;
use crate::report::verify::{Mark, Signed, verify};

/// Runs it. One report that cannot be relied on decides the exit code.
pub fn run(arguments: &VerifyArguments, style: Style) -> Result<Exit, Failure> {
    let packs = packs::find(&arguments.packs.packs)?.read_all().map_err(Failure::usage)?;
    let read = |option: &str, path: &Option<PathBuf>| path.as_ref().map(|path| input::text(option, path)).transpose();
    let allowed_signers = read("--allowed-signers", &arguments.allowed_signers)?;
    let known_hosts = read("--known-hosts", &arguments.known_hosts)?;
    let is_json = arguments.format == Format::Json;
    let (mut list, mut rows, mut alone, mut exit) = (List::new(false), Vec::new(), None, Exit::Success);
    let unusable = input::each(&arguments.reports, is_json, |arrived| {
        let received = arrived.report()?;
        let signed = Signed {
            message: arrived.bytes,
            signature: signature(arguments.signature.as_deref(), arrived)?,
            allowed_signers: allowed_signers.clone(),
            known_hosts: known_hosts.clone(),
        };
        let points = verify(&received, &signed, &packs, super::today());
        if points.iter().any(|point| point.mark == Mark::Bad) {
            exit = Exit::Usage;
        }
        let examined = Examined::of(&arrived.name, &received.report, &signed, &points);
        match arguments.format {
            Format::Json => list.add(&json(&examined).map_err(Failure::tool)?)?,
            Format::Human if arrived.is_list => rows.push(examined),
            Format::Human => alone = Some(saved::points(&received.report, &points, style)),
        }
        Ok(())
    })?;
    if is_json {
        for unusable in &unusable {
            let why = unusable.message.strip_prefix(&format!("{}: ", unusable.name)).unwrap_or(&unusable.message);
            list.add(&json(&Examined::unusable(&unusable.name, why)).map_err(Failure::tool)?)?;
        }
        list.finish()?;
    } else {
        say(&alone.unwrap_or_else(|| examined(rows, &messages(&unusable), style)))?;
    }
    Ok(if unusable.is_empty() { exit } else { Exit::Usage })
}

/// The signature of a report: the one that is named, the one in its bundle, or the one beside its file.
pub fn signature(named: Option<&Path>, arrived: &Arrived<'_>) -> Result<Option<String>, Failure> {
    match (named, arrived.signature) {
        (Some(_), _) if arrived.is_list && !arrived.is_alone => {
            Err(arrived.failure(&"--signature is of one report, and this file holds several"))
        }
        (Some(path), _) => input::text("--signature", path).map(Some),
        (None, Some(signature)) => Ok(Some(signature.to_owned())),
        (None, None) if arrived.is_alone => {
            let beside = |path: &Path| {
                let mut name = path.as_os_str().to_owned();
                name.push(SIGNATURE);
                Some(PathBuf::from(name)).filter(|path| path.symlink_metadata().is_ok())
            };
            // A report that was compressed after it was signed.
            let inside = arrived.path.extension().filter(|end| *end == "gz").map(|_| arrived.path.with_extension(""));
            let found = beside(arrived.path).or_else(|| beside(&inside?));
            found.map(|path| input::text("--signature", &path)).transpose()
        }
        (None, None) => Ok(None),
    }
}
