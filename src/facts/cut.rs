//! Foreign texts have an end: what a server, a socket or a file says is cut when it becomes a fact, and the fact says so.
//!
//! A finding shows several facts in one text, and derived facts join whole lists. So the bounds stay far below those within
//! which a report is read back: 64 KiB a text, 10,000 entries a list.

use super::{Excerpt, Fact, FactState, Value, format_count};

/// Most bytes of a text, of a reason and of a place.
const TEXT: usize = 2 << 10;
/// Most bytes of an entry of a list.
const ENTRY: usize = 512;
/// Most bytes of a list.
const LIST: usize = 16 << 10;
/// Most excerpts of a list.
const EXCERPTS: usize = 32;
/// Most releases of a list.
const RELEASES: usize = 1000;
/// What stands at the end of a text that was cut.
const CUT: char = '\u{2026}';

impl Fact {
    /// How many excerpts there were before they were cut.
    pub fn excerpts(&self) -> usize {
        let FactState::Known(Value::Excerpts(excerpts)) = &self.state else { return 0 };
        let count = self.cut_from.and_then(|count| usize::try_from(count).ok());
        count.unwrap_or_default().max(excerpts.len())
    }

    /// Cuts what is too long. The place says how much there was.
    pub fn cut(&mut self) {
        let note = match &mut self.state {
            FactState::Known(Value::Text(text)) => shorten(text, TEXT).map(|bytes| format!("{bytes} bytes")),
            FactState::Unknown { reason, .. } => {
                shorten(reason, TEXT).map(|bytes| format!("a reason of {bytes} bytes"))
            }
            FactState::Known(Value::List(list)) => shorten_list(list),
            FactState::Known(Value::Releases(releases)) if releases.len() > RELEASES => {
                let note = format!("{} releases", format_count(releases.len() as u64));
                releases.truncate(RELEASES);
                Some(note)
            }
            FactState::Known(Value::Excerpts(excerpts)) => {
                let (count, is_cut) = shorten_excerpts(excerpts);
                // What is cut once more has its number already.
                self.cut_from = self.cut_from.or_else(|| (count > excerpts.len()).then_some(count as u64));
                is_cut.then(|| format!("{} excerpts", format_count(count as u64)))
            }
            FactState::Known(_) | FactState::Absent => None,
        };
        shorten(&mut self.place, TEXT);
        if let Some(note) = note {
            shorten(&mut self.place, TEXT - 100);
            self.place += &format!(" (cut from {note})");
        }
    }
}

/// Cuts a text, and says how long it was if it was too long.
fn shorten(text: &mut String, most: usize) -> Option<String> {
    if text.len() <= most {
        return None;
    }
    let length = format_count(text.len() as u64);
    text.truncate(text.floor_char_boundary(most - CUT.len_utf8()));
    text.push(CUT);
    Some(length)
}

/// Cuts them, and says how many there were and whether anything was cut. Each place stands once: a range of ports is as many ports
/// in one line.
fn shorten_excerpts(excerpts: &mut Vec<Excerpt>) -> (usize, bool) {
    excerpts.dedup();
    let count = excerpts.len();
    excerpts.truncate(EXCERPTS);
    let mut is_cut = count > EXCERPTS;
    for Excerpt { place, text, .. } in excerpts {
        is_cut |= shorten(place, ENTRY).is_some() | shorten(text, ENTRY).is_some();
    }
    (count, is_cut)
}

fn shorten_list(list: &mut Vec<String>) -> Option<String> {
    let (entries, bytes) = (list.len(), list.iter().map(String::len).sum::<usize>());
    let mut left = LIST;
    let mut is_cut = false;
    list.retain_mut(|entry| {
        is_cut |= shorten(entry, ENTRY).is_some();
        // An entry takes room even if it is empty. What comes after one that has no room has none, either.
        left = left.saturating_sub(entry.len() + 4);
        left > 0
    });
    is_cut |= list.len() < entries;
    is_cut.then(|| format!("{} entries, {} bytes", format_count(entries as u64), format_count(bytes as u64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Why;

    fn cut(mut fact: Fact) -> Fact {
        fact.cut();
        let once = fact.clone();
        fact.cut();
        assert_eq!(fact, once, "what was cut stays as it is");
        fact
    }

    #[test]
    fn what_fits_stays() {
        for fact in [
            Fact::known("x".repeat(TEXT), "y".repeat(TEXT)),
            Fact::known(vec!["x".repeat(ENTRY); 20], "place"),
            Fact::absent("place"),
            Fact::known(u64::MAX, ""),
        ] {
            assert_eq!(cut(fact.clone()), fact);
        }
    }

    #[test]
    fn a_bound_is_reached_before_it_is_passed() {
        for (length, is_cut) in [(2048, false), (2049, true), (2050, true)] {
            let fact = cut(Fact::known("x".repeat(length), ""));
            assert_eq!(fact.text().is_some_and(|text| text.ends_with(CUT)), is_cut, "{length}");
        }
        for (length, is_cut) in [(512, false), (513, true), (514, true)] {
            assert_eq!(cut(Fact::known(vec!["x".repeat(length)], "")).place.contains("cut from"), is_cut, "{length}");
        }
        // 16 KiB of entries of 508 bytes, each of which costs four more: one byte is left for the last.
        for (entries, left) in [(31, 31), (32, 31), (33, 31)] {
            let Some(Value::List(list)) = cut(Fact::known(vec!["x".repeat(508); entries], "")).value().cloned() else {
                panic!()
            };
            assert_eq!(list.len(), left, "{entries}");
        }
        for (count, length, left) in [(32, 512, 32), (33, 512, 32), (1, 513, 1)] {
            let excerpt =
                |line| Excerpt { place: "compose.yml".to_owned(), line: Some(line), text: "x".repeat(length) };
            let fact = cut(Fact::known((0..count as u64).map(excerpt).collect::<Vec<_>>(), ""));
            assert_eq!(fact.excerpts(), count);
            assert_eq!(cut(Fact::known(vec![excerpt(1); count], "")).excerpts(), 1);
            let Some(Value::Excerpts(excerpts)) = fact.value() else { panic!() };
            let is_cut = count > 32 || length > 512;
            assert_eq!((excerpts.len(), fact.place.contains("cut from")), (left, is_cut), "{count} of {length}");
            assert!(excerpts.iter().all(|excerpt| excerpt.text.len() <= ENTRY));
        }
        let release = |number: usize| crate::facts::SupportedRelease {
            version: number.to_string(),
            until: jiff::civil::date(2027, 1, 31),
            lts: false,
            exception: false,
        };
        for (count, left) in [(1000, 1000), (1001, 1000), (1002, 1000)] {
            let releases: Vec<_> = (0..count).map(release).collect();
            let fact = cut(Fact::known(Value::Releases(releases), ""));
            let Some(Value::Releases(list)) = fact.value() else { panic!() };
            assert_eq!((list.len(), fact.place.contains("cut from")), (left, count > left), "{count}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let text = cut(Fact::known("\u{e9}".repeat(50_000), "/api/info"));
        assert_eq!((text.text().unwrap().len() <= TEXT, text.text().unwrap().ends_with(CUT)), (true, true));
        assert_eq!(text.place, "/api/info (cut from 100,000 bytes)");
        let reason = cut(Fact::unknown(Why::Unreadable, "z".repeat(70_000), "p".repeat(70_000)));
        assert!(matches!(&reason.state, FactState::Unknown { reason, .. } if reason.len() <= TEXT));
        assert!(reason.place.len() <= TEXT && reason.place.ends_with(" (cut from a reason of 70,000 bytes)"));
        for entry in ["", "x", &"x".repeat(700)] {
            let list = cut(Fact::known(vec![entry.to_owned(); 20_000], "socket"));
            let Some(Value::List(entries)) = list.value() else { panic!() };
            assert!(entries.len() < 5000 && entries.iter().map(String::len).sum::<usize>() <= LIST);
            assert!(list.place.starts_with("socket (cut from 20,000 entries, "), "{}", list.place);
        }
    }
}
