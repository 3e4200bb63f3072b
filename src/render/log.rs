//! The tool's own account of a run: what was read, how long it took, what could not be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::text::inert;
use super::words::{self, counts, verdict_word};
use crate::facts::{FactState, Facts, Provenance};
use crate::report::Report;

/// The account, a line per place that was read and per reason why something could not be.
pub fn log(report: &Report) -> String {
    let collection = &report.collection;
    let user = collection.uid.map_or("an unknown user".to_owned(), |uid| format!("user {uid}"));
    let mut out = String::new();
    let mut line = |text: String| _ = writeln!(out, "{}", inert(&text));
    line(format!(
        "{} {} {}: reading {} as {user}",
        collection.started, report.tool.name, report.tool.version, collection.view
    ));
    line(format!("read {} facts in {} ms", report.facts.len(), collection.duration_ms));
    let (mut read, mut absent, mut unknown) = (Places::new(), Places::new(), Places::new());
    sort(&report.facts, &mut read, &mut absent, &mut unknown);
    for (what, places) in [("read", read), ("not there", absent), ("could not read", unknown)] {
        for (place, names) in places {
            line(format!("{what}: {place}: {}", names.join(", ")));
        }
    }
    let pack = &report.pack;
    line(format!("judged with pack {} {} ({}), sha256 {}", pack.product, pack.version, pack.origin, pack.sha256));
    words::doubts(report).iter().for_each(|doubt| line(format!("attention: {doubt}")));
    words::remarks(report).iter().for_each(|remark| line(format!("note: {remark}")));
    line(format!("{}; {}", verdict_word(report.verdict), counts(&report.summary())));
    out
}

/// Names of facts by the place they were read in, or by the reason why they were not.
type Places<'r> = BTreeMap<String, Vec<&'r str>>;

fn sort<'r>(facts: &'r Facts, read: &mut Places<'r>, absent: &mut Places<'r>, unknown: &mut Places<'r>) {
    for (name, fact) in facts.iter().filter(|(_, fact)| fact.provenance != Provenance::Derived) {
        let (places, place) = match &fact.state {
            FactState::Known(_) if fact.place.is_empty() => (&mut *read, "no file".to_owned()),
            FactState::Known(_) => (&mut *read, fact.place.clone()),
            FactState::Absent => (&mut *absent, fact.place.clone()),
            FactState::Unknown { why, reason } => (&mut *unknown, format!("{} ({reason})", words::why(*why))),
        };
        places.entry(place).or_default().push(name);
    }
}
