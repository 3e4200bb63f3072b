//! The plain form of a JSON document, in which equal documents have equal bytes: members sorted by name, no white space, numbers
//! as those of JavaScript: a whole number below 2^53 without a point, every other one as the nearest `f64`.
//!
//! White space, the order of members and the spelling of numbers carry nothing, so that tools which write a report anew (`jq .`)
//! leave its digest as it is. The form is made while the text is read, and nothing else is kept of it. Nesting, counts, lengths and
//! members that stand twice are looked at on the way, so that a hostile text is bounded in time and memory.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Serialize;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

/// How much a document may hold.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Deepest nesting.
    pub levels: usize,
    /// Most entries of a list.
    pub entries: usize,
    /// Most members of an object.
    pub members: usize,
    /// Most values in all.
    pub values: usize,
    /// Longest text, bytes.
    pub text: usize,
    /// Longest name of a member, bytes.
    pub name: usize,
}

impl Bounds {
    /// For what this program wrote itself.
    pub(super) const NONE: Self = Self {
        levels: usize::MAX,
        entries: usize::MAX,
        members: usize::MAX,
        values: usize::MAX,
        text: usize::MAX,
        name: usize::MAX,
    };
}

/// Whole numbers below this one are the same as `u64` and as `f64`: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The plain form of a text, without one member of the outermost object.
///
/// # Errors
/// When it is no JSON, or beyond a bound.
pub(super) fn plain(text: &[u8], without: &str, bounds: Bounds) -> Result<Vec<u8>, serde_json::Error> {
    let form = Form { out: Vec::with_capacity(text.len()), unsorted: Vec::new(), values: 0, bounds, without };
    match std::str::from_utf8(text) {
        // Its strings need no look of their own.
        Ok(text) => form.of(serde_json::Deserializer::from_str(text)),
        // Says where it is no text.
        Err(_) => form.of(serde_json::Deserializer::from_slice(text)),
    }
}

/// The form so far.
struct Form<'w> {
    out: Vec<u8>,
    /// The members of an object that is being sorted; kept because there are many objects.
    unsorted: Vec<u8>,
    values: usize,
    bounds: Bounds,
    without: &'w str,
}

impl Form<'_> {
    fn of<'t>(
        mut self,
        mut reader: serde_json::Deserializer<impl serde_json::de::Read<'t>>,
    ) -> Result<Vec<u8>, serde_json::Error> {
        Part { form: &mut self, level: 0 }.deserialize(&mut reader)?;
        reader.end()?;
        Ok(self.out)
    }
}

/// One value at its level.
struct Part<'f, 'w> {
    form: &'f mut Form<'w>,
    level: usize,
}

impl<'w> Part<'_, 'w> {
    fn inner(&mut self) -> Part<'_, 'w> {
        Part { form: self.form, level: self.level + 1 }
    }

    fn enter<E: serde::de::Error>(&self) -> Result<(), E> {
        let most = self.form.bounds.levels;
        if self.level < most { Ok(()) } else { Err(beyond(most, "levels of nesting")) }
    }

    fn write<E: serde::de::Error>(self, value: &impl Serialize) -> Result<(), E> {
        serde_json::to_writer(&mut self.form.out, value).map_err(E::custom)
    }

    /// Writes a text as it stands in the document, where it has no escapes: then its plain form has none, either.
    fn copy(self, text: &str) {
        let out = &mut self.form.out;
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }

    fn number<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        if number.fract() == 0.0 && number.abs() < EXACT { self.write(&(number as i64)) } else { self.write(&number) }
    }
}

fn beyond<E: serde::de::Error>(most: usize, what: &str) -> E {
    E::custom(format_args!("more than {most} {what}"))
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        self.form.values += 1;
        let most = self.form.bounds.values;
        if self.form.values > most {
            return Err(beyond(most, "values"));
        }
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.write(&value)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.number(number as f64)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        self.number(number as f64)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        self.number(number)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.write(&())
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<(), E> {
        let most = self.form.bounds.text;
        if text.len() > most {
            return Err(beyond(most, "bytes in a text"));
        }
        self.copy(text);
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let most = self.form.bounds.text;
        if text.len() > most { Err(beyond(most, "bytes in a text")) } else { self.write(&text) }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.enter()?;
        let most = self.form.bounds.entries;
        let mut entries = 0;
        self.form.out.push(b'[');
        while list.next_element_seed(self.inner())?.is_some() {
            entries += 1;
            if entries > most {
                return Err(beyond(most, "entries in a list"));
            }
            self.form.out.push(b',');
        }
        if entries > 0 {
            self.form.out.pop();
        }
        self.form.out.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        self.enter()?;
        let bounds = self.form.bounds;
        let start = self.form.out.len();
        let mut members: Vec<(Cow<'de, str>, Range<usize>)> = Vec::new();
        while let Some(name) = object.next_key_seed(Name)? {
            if name.len() > bounds.name {
                return Err(beyond(bounds.name, "bytes in the name of a member"));
            }
            if members.len() >= bounds.members {
                return Err(beyond(bounds.members, "members in an object"));
            }
            let begin = self.form.out.len();
            match &name {
                Cow::Borrowed(name) => self.inner().copy(name),
                Cow::Owned(name) => self.inner().write(name)?,
            }
            self.form.out.push(b':');
            object.next_value_seed(self.inner())?;
            members.push((name, begin..self.form.out.len()));
        }
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        if let Some([(twice, _), _]) = members.array_windows().find(|[(one, _), (next, _)]| one == next) {
            return Err(A::Error::custom(format_args!("member `{twice}` stands twice")));
        }
        if self.level == 0 {
            members.retain(|(name, _)| name != self.form.without);
        }
        let Form { out, unsorted, .. } = self.form;
        unsorted.clear();
        unsorted.extend_from_slice(out.get(start..).unwrap_or_default());
        out.truncate(start);
        out.push(b'{');
        for (at, (_, place)) in members.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            let place = place.start - start..place.end - start;
            out.extend_from_slice(unsorted.get(place).unwrap_or_default());
        }
        out.push(b'}');
        Ok(())
    }
}

/// The name of a member, which is copied only where it has escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, name: D) -> Result<Cow<'de, str>, D::Error> {
        name.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn of(text: &str) -> String {
        String::from_utf8(plain(text.as_bytes(), "digest", Bounds::NONE).unwrap()).unwrap()
    }

    #[test]
    fn members_are_sorted_and_nothing_else_is_moved() {
        for (text, form) in [
            (r#" { "b" : [ 3, 1 ], "a" : { "d": null, "c": true } } "#, r#"{"a":{"c":true,"d":null},"b":[3,1]}"#),
            (r#"{"digest": 1, "a": {"digest": 2}}"#, r#"{"a":{"digest":2}}"#),
            (r#"{"\u0062": "\u0041\n", "a": ""}"#, r#"{"a":"","b":"A\n"}"#),
            ("[]", "[]"),
            ("{}", "{}"),
            (r#"{"digest": 1}"#, "{}"),
        ] {
            assert_eq!(of(text), form, "{text}");
        }
        let twice = plain(br#"{"a": 1, "b": 2, "a": 3}"#, "", Bounds::NONE).unwrap_err();
        assert!(twice.to_string().starts_with("member `a` stands twice"), "{twice}");
    }

    proptest! {
        #[test]
        fn the_form_is_what_a_sorted_document_is_written_as(names in prop::collection::btree_map("[a-c\"\\\\\u{e9}]{0,3}", -5_i64..5, 0..6)) {
            let sorted: Value = serde_json::to_value(&names).unwrap();
            let backwards: Vec<_> = names.iter().rev().map(|(name, value)| format!("{} : {value}.0", serde_json::to_string(name).unwrap())).collect();
            prop_assert_eq!(of(&format!("{{{}}}", backwards.join(" , "))), sorted.to_string());
        }
    }
}
