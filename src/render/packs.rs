//! The packs there are, and what became of one that was to be installed.

use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::text::{Style, columns, padded};
use crate::pack::{BUILT_IN, Installed, Pack, PackFiles, SignedBy};

const HEADINGS: [&str; 5] = ["PRODUCT", "TITLE", "VERSION", "REVIEWED", "ORIGIN"];

/// A pack as `packs list` shows it. Every member is always there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    product: String,
    /// Null if the head of the pack cannot be read; so are the next two.
    title: Option<String>,
    version: Option<String>,
    reviewed: Option<Date>,
    /// `built-in`, or its folder.
    origin: String,
    /// Null if `packs install` did not install it, or if it was changed since.
    installed: Option<Installed>,
    /// It was installed, and changed since.
    changed: bool,
    /// It is the one of its product that is used.
    used: bool,
}

impl Listed {
    /// A pack, and whether it is used.
    pub fn of(files: &PackFiles, used: bool) -> Self {
        let head = files.head();
        let installed = files.unchanged().cloned();
        Self {
            product: files.name.clone(),
            title: head.as_ref().map(|head| head.title.clone()),
            version: head.as_ref().map(|head| head.version.clone()),
            reviewed: head.as_ref().map(|head| head.reviewed),
            origin: files.origin.clone(),
            changed: files.installed.is_some() && installed.is_none(),
            installed,
            used,
        }
    }

    /// Where it comes from, in words, and why it is not used.
    fn words(&self) -> String {
        let origin = match &self.installed {
            _ if self.origin == BUILT_IN => "built in".to_owned(),
            Some(Installed { on, signed_by, .. }) => {
                format!("installed on {on}, signed by {}: {}", signed_by.name, self.origin)
            }
            None if self.changed => format!("folder, changed since it was installed: {}", self.origin),
            None => format!("folder: {}", self.origin),
        };
        let unused = match (self.used, &self.installed) {
            (true, _) => "",
            (false, Some(_)) => " (not used: it is not newer than the one above)",
            (false, None) => " (not used: the one above replaces it)",
        };
        format!("{origin}{unused}")
    }
}

/// A table: a line for each pack, those that are used first of their product.
pub fn table(packs: &[Listed], style: Style) -> String {
    let row = |pack: &Listed| {
        let or_none = |text: Option<&str>| text.unwrap_or("-").to_owned();
        [
            pack.product.clone(),
            or_none(pack.title.as_deref()),
            or_none(pack.version.as_deref()),
            pack.reviewed.map_or_else(|| or_none(None), |day| day.to_string()),
            pack.words(),
        ]
        .map(|text| style.plain(&text))
    };
    let rows: Vec<_> = [HEADINGS.map(str::to_owned)].into_iter().chain(packs.iter().map(row)).collect();
    let mut out = String::new();
    for (number, row) in rows.iter().enumerate() {
        let [cells @ .., last] = row;
        let cells = cells.iter().enumerate().map(|(column, text)| {
            let width = rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0);
            padded(text, width)
        });
        let line = cells.chain([last.clone()]).collect::<Vec<_>>().join("  ");
        let _ = writeln!(out, "{}", if number == 0 { style.bold(&line) } else { line });
    }
    out
}

/// A pack that was put in its place, the version that it replaces, and whether it is used from there without being named.
pub fn installed(
    pack: &Pack,
    by: &SignedBy,
    place: &Path,
    replaced: Option<&str>,
    is_found: bool,
    style: Style,
) -> String {
    let replaced = replaced.map(|version| format!(" It replaces version {version}.")).unwrap_or_default();
    let place = place.display();
    let named = if is_found { String::new() } else { format!(" Use it with --pack {place}.") };
    let key = if by.name == by.key { String::new() } else { format!(" ({})", by.key) };
    let text = format!(
        "Installed {} {}, reviewed on {} and signed by {}{key}, in {place}.{replaced}{named}",
        pack.product, pack.version, pack.reviewed, by.name
    );
    format!("{}\n", style.plain(&text))
}

/// A pack that is there already.
pub fn nothing_to_install(pack: &Pack, place: &str, style: Style) -> String {
    format!("{}\n", style.plain(&format!("{} {} is {place} already: nothing to do.", pack.product, pack.version)))
}
