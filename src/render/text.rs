//! What every terminal rendering shares: style, wrapping, and making foreign text inert.

use std::borrow::Cow;
use std::fmt::Write as _;

use colored::{Color, Colorize as _};

/// How to write for a terminal, a pipe or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to wrap at.
    pub width: usize,
    /// Use colour; never the only carrier of a meaning.
    pub color: bool,
    /// Use signs beyond ASCII.
    pub unicode: bool,
    /// How much of a report is shown.
    pub detail: Detail,
}

/// How much of a report is shown to people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The verdict.
    Verdict,
    /// One screen: the verdict, what did not pass, and what to do next.
    #[default]
    Screen,
    /// A line per check, and all there is to say of those that did not pass.
    All,
}

/// What colour says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Failed.
    Bad,
    /// A warning. No yellow or orange can be read on white and on black alike: it is bold.
    Warning,
    /// Not known.
    Unknown,
    /// To be typed.
    Command,
    /// Less important than what stands beside it.
    Aside,
}

impl Tone {
    /// Its colour, of the 216 that terminals agree on: each contrasts with white and with black by 4.5 or more.
    const fn color(self) -> Option<u8> {
        match self {
            Self::Good => Some(29),
            Self::Bad => Some(131),
            Self::Unknown => Some(98),
            Self::Command => Some(63),
            Self::Warning | Self::Aside => None,
        }
    }
}

/// Lets this process use colour or not, whatever the environment says: the command line has asked it already.
pub fn use_color(color: bool) {
    colored::control::set_override(color);
}

impl Style {
    /// Text in the colour of a tone.
    pub fn paint(self, text: &str, tone: Tone) -> String {
        if !self.color {
            return text.to_owned();
        }
        let text = tone.color().map_or_else(|| text.normal(), |code| text.color(Color::AnsiColor(code)));
        if matches!(tone, Tone::Bad | Tone::Warning) { text.bold().to_string() } else { text.to_string() }
    }

    /// Bold text.
    pub fn bold(self, text: &str) -> String {
        if self.color { text.bold().to_string() } else { text.to_owned() }
    }

    /// One of two signs.
    pub fn sign<'s>(self, unicode: &'s str, ascii: &'s str) -> &'s str {
        if self.unicode { unicode } else { ascii }
    }

    /// Text for this output: signs that the packs use reduced to ASCII where that is all there is, and nothing that
    /// steers a terminal.
    pub fn plain(self, text: &str) -> String {
        let text = inert(text);
        if self.unicode {
            return text.into_owned();
        }
        let mut out = String::with_capacity(text.len());
        for sign in text.chars() {
            match sign {
                '\u{2013}' | '\u{2014}' => out.push('-'),
                '\u{2018}' | '\u{2019}' => out.push('\''),
                '\u{201c}' | '\u{201d}' => out.push('"'),
                '\u{2026}' => out.push_str("..."),
                '\u{d7}' => out.push('x'),
                '\u{b7}' => out.push('-'),
                '\u{2265}' => out.push_str(">="),
                '\u{2264}' => out.push_str("<="),
                sign if sign.is_ascii() => out.push(sign),
                _ => out.push('?'),
            }
        }
        out
    }
}

/// Makes text from a host, a pack or a report harmless: control characters (escape sequences begin with one), the marks that
/// turn the direction of text, and characters that cannot be seen become U+FFFD. Tabs and line ends become spaces.
pub fn inert(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_active) {
        return Cow::Borrowed(text);
    }
    let harmless = text.chars().map(|sign| match sign {
        '\t' | '\n' | '\r' => ' ',
        sign if is_active(sign) => '\u{fffd}',
        sign => sign,
    });
    Cow::Owned(harmless.collect())
}

/// Whether a character steers a terminal, turns the direction of text, or cannot be seen: line ends, and what Unicode 17 calls
/// Default_Ignorable_Code_Point (DerivedCoreProperties.txt). Two names that differ in those alone look the same.
pub fn is_active(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Appends `text` wrapped to the width, the first line behind `label`, the others indented to the same column.
pub fn paragraph(out: &mut String, style: Style, label: &str, indent: usize, text: &str) {
    let blank = " ".repeat(indent);
    let room = style.width.saturating_sub(indent).max(20);
    let text = style.plain(text);
    for (number, line) in textwrap::wrap(&text, options(room)).iter().enumerate() {
        let _ = if number == 0 { writeln!(out, "{label}{line}") } else { writeln!(out, "{blank}{line}") };
    }
}

/// How text is wrapped: addresses, options and names are never broken, so that they can be copied.
pub fn options<'o>(width: usize) -> textwrap::Options<'o> {
    textwrap::Options::new(width).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// `text` filled with spaces to `columns`.
pub fn padded(text: &str, wanted: usize) -> String {
    format!("{text}{}", " ".repeat(wanted.saturating_sub(columns(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_a_terminal() {
        assert_eq!(inert("a\u{1b}[31mb\u{7}\u{9b}0m\u{202e}c\nd"), "a\u{fffd}[31mb\u{fffd}\u{fffd}0m\u{fffd}c d");
        assert!(matches!(inert("plain ü"), Cow::Borrowed(_)));
        for hidden in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{2064}', '\u{3164}', '\u{fe0f}', '\u{e0041}'] {
            assert_eq!(inert(&format!("ro{hidden}ot")), "ro\u{fffd}ot", "{hidden:?}");
        }
    }

    #[test]
    fn wrapping_keeps_the_column() {
        let style = Style { width: 30, color: false, unicode: false, detail: Detail::Screen };
        let mut out = String::new();
        paragraph(&mut out, style, "  why   ", 8, "one two three four five six \u{2014} seven");
        assert_eq!(out, "  why   one two three four\n        five six - seven\n");
    }
    #[test]
    fn every_colour_can_be_read_on_white_and_on_black() {
        let linear = |level: f64| if level <= 0.040_45 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) };
        for tone in [Tone::Good, Tone::Bad, Tone::Warning, Tone::Unknown, Tone::Command, Tone::Aside] {
            let Some(code) = tone.color() else { continue };
            assert!((16..232).contains(&code), "{tone:?}: one of the cube");
            let level = |step: u8| [0.0, 95.0, 135.0, 175.0, 215.0, 255.0][usize::from(step)] / 255.0;
            let [red, green, blue] =
                [(code - 16) / 36, (code - 16) / 6 % 6, (code - 16) % 6].map(|step| linear(level(step)));
            // Relative luminance and contrast as WCAG 2 defines them.
            let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            let (on_white, on_black) = (1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05);
            assert!(on_white >= 4.5 && on_black >= 4.5, "{tone:?}: {on_white:.2} on white, {on_black:.2} on black");
        }
    }
}
