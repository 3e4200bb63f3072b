//! Elements, attributes and text, escaped: what HTML and XML share. Names are the program's own, everything else is foreign.

use super::text::inert;

/// Attributes of an element: names, and values that are escaped.
pub type Attributes<'a> = [(&'static str, &'a str)];

/// Markup being written. Every element that is opened is closed, and no text can open one.
#[derive(Debug, Default)]
pub struct Markup {
    out: String,
}

impl Markup {
    /// Markup that begins with a declaration such as `<!DOCTYPE html>`.
    pub fn declared(declaration: &'static str) -> Self {
        Self { out: format!("{declaration}\n") }
    }

    /// The markup written.
    pub fn finish(self) -> String {
        self.out
    }

    /// An element on lines of its own, and what is inside it.
    pub fn inside(&mut self, name: &'static str, attributes: &Attributes<'_>, content: impl FnOnce(&mut Self)) {
        self.open(name, attributes, ">\n");
        content(self);
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.close(name);
        self.out.push('\n');
    }

    /// An element inside a line.
    pub fn inline(&mut self, name: &'static str, attributes: &Attributes<'_>, content: impl FnOnce(&mut Self)) {
        self.open(name, attributes, ">");
        content(self);
        self.close(name);
    }

    /// An element inside a line that holds text only.
    pub fn element(&mut self, name: &'static str, attributes: &Attributes<'_>, text: &str) {
        self.inline(name, attributes, |markup| markup.text(text));
    }

    /// An element on a line of its own that holds text only.
    pub fn line(&mut self, name: &'static str, attributes: &Attributes<'_>, text: &str) {
        self.element(name, attributes, text);
        self.out.push('\n');
    }

    /// An element without content, on a line of its own.
    pub fn empty(&mut self, name: &'static str, attributes: &Attributes<'_>) {
        self.open(name, attributes, " />\n");
    }

    /// Text, escaped.
    pub fn text(&mut self, text: &str) {
        for sign in inert(text).chars() {
            match sign {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                // No characters to XML 1.0, whichever way they are written.
                '\u{fffe}' | '\u{ffff}' => self.out.push('\u{fffd}'),
                sign => self.out.push(sign),
            }
        }
    }

    /// A line end.
    pub fn line_end(&mut self) {
        self.out.push('\n');
    }

    /// The program's own text, as it is.
    pub fn verbatim(&mut self, text: &'static str) {
        self.out.push_str(text);
    }

    fn open(&mut self, name: &'static str, attributes: &Attributes<'_>, end: &'static str) {
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push_str(end);
    }

    fn close(&mut self, name: &'static str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_stay_text() {
        let mut markup = Markup::default();
        markup.inside("a", &[("b", "\"'>\u{1b}\n")], |markup| {
            markup.element("c", &[], "<d>&amp;]]>\u{0}\u{202e}\u{ffff}");
            markup.empty("e", &[]);
        });
        assert_eq!(
            markup.finish(),
            "<a b=\"&quot;&#39;&gt;\u{fffd} \">\n<c>&lt;d&gt;&amp;amp;]]&gt;\u{fffd}\u{fffd}\u{fffd}</c><e />\n</a>\n"
        );
    }
}
