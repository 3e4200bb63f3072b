//! `rampcheck packs install`.

use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::arguments::{InstallArguments, SITE};
use super::exit::{Exit, Failure};
use super::folder::Site;
use super::input;
use super::output::say;
use super::packs::read_folder;
use super::today;
use crate::judge::run_examples;
use crate::pack::{
    ArchiveError, COMMON, Installed, Pack, PackFiles, Packs, RECORD, is_built_in, load, replaces, signed_by, unpack,
};
use crate::render::packs::{installed, nothing_to_install};
use crate::render::text::Style;

/// Runs it.
pub fn run(arguments: &InstallArguments, style: Style) -> Result<Exit, Failure> {
    let InstallArguments { archive, trust_key, dir } = arguments;
    let is_site = dir == Path::new(SITE);
    if is_site && !geteuid().is_root() {
        return Err(Failure::usage(format!(
            "only root can install packs in {SITE}: run this with sudo, or name a folder of your own with --dir"
        )));
    }
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", archive.display()));
    let refuse = |error: ArchiveError| fail(&error);
    let bytes = input::archive(archive)?;
    let trusted = trust_key.as_ref().map(|path| input::text("--trust-key", path)).transpose()?;
    let by = signed_by(&bytes, &signature(archive)?, trusted.as_deref()).map_err(refuse)?;
    let files = unpack(&bytes, &archive.display().to_string()).map_err(refuse)?;
    let pack = usable(&files).map_err(|problems| {
        let version = env!("CARGO_PKG_VERSION");
        fail(&format_args!(
            "not installed: rampcheck {version} cannot use it. It may need a newer rampcheck.\n{problems}"
        ))
    })?;
    if is_built_in(&pack.product) {
        let built_in = Packs::built_in().read(&pack.product).map_err(Failure::tool)?;
        let (new, old) = ((&*pack.version, &*pack.sha256), (&*built_in.version, &*built_in.sha256));
        if !replaces(new, old, "built in").map_err(refuse)? {
            say(&nothing_to_install(&pack, "built in", style))?;
            return Ok(Exit::Success);
        }
    }
    if is_site {
        // A package makes it, but a program that was copied here has none.
        std::fs::create_dir_all(dir)
            .map_err(|error| Failure::usage(format!("cannot write in {}: {error}", dir.display())))?;
    }
    let site = Site::open(dir)?;
    let place = dir.join(&pack.product);
    let record = Installed { on: today(), signed_by: by.clone(), sha256: files.sha256() };
    let replaced = match there(&place)? {
        None => None,
        Some((version, sha256)) => {
            let where_it_is = format!("installed in {}", place.display());
            if !replaces((&pack.version, &record.sha256), (&version, &sha256), &where_it_is).map_err(refuse)? {
                say(&nothing_to_install(&pack, &where_it_is, style))?;
                return Ok(Exit::Success);
            }
            Some(version)
        }
    };
    let record = record.to_text().map_err(Failure::tool)?;
    let own = files.files.iter().map(|(name, text)| (name.clone(), text.as_ref()));
    let common = files.common.iter().map(|(name, text)| (format!("{COMMON}/{name}"), text.as_ref()));
    let all: Vec<_> = own.chain(common).chain([(RECORD.to_owned(), record.as_str())]).collect();
    site.put(&pack.product, &all)?;
    drop(site);
    say(&installed(&pack, &by, &place, replaced.as_deref(), is_site, style))?;
    Ok(Exit::Success)
}

/// The signature beside an archive.
fn signature(archive: &Path) -> Result<String, Failure> {
    let mut name = archive.as_os_str().to_owned();
    name.push(super::delivery::SIGNATURE);
    let path = PathBuf::from(name);
    if path.symlink_metadata().is_err() {
        return Err(Failure::usage(format!(
            "{}: not installed: its signature is not there. Put it beside the archive, as {}",
            archive.display(),
            path.display()
        )));
    }
    input::text("the signature", &path)
}

/// The pack in an archive, if this program can use it and its examples come out as they say.
fn usable(files: &PackFiles) -> Result<Pack, String> {
    let pack = load(files).map_err(|problems| problems.to_string())?;
    let failed: Vec<_> = run_examples(&pack).iter().map(ToString::to_string).collect();
    if failed.is_empty() { Ok(pack) } else { Err(failed.join("\n")) }
}

/// The version and the digest of the installed pack in a folder, if there is one. What rampcheck did not put there stays.
fn there(place: &Path) -> Result<Option<(String, String)>, Failure> {
    let Ok(meta) = place.symlink_metadata() else { return Ok(None) };
    let files = if meta.is_dir() { Some(read_folder(place)?) } else { None };
    let installed = files.as_ref().and_then(|files| Some((files.head()?.version, files.unchanged()?.sha256.clone())));
    installed.map(Some).ok_or_else(|| {
        let place = place.display();
        Failure::usage(format!(
            "not installed: `packs install` did not make {place}, or it was changed since. Move it away, and install the pack again"
        ))
    })
}
