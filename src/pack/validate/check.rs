//! Checks with their examples, and the checks that come out of a list of endpoints.

use super::{Context, Document, Draft, is_kebab};
use crate::facts::catalogue::lookup;
use crate::facts::{Fact, Facts, Kind, Value};
use crate::pack::format::{At, EndpointEntry, EndpointsFile, ExampleEntry, RemedyEntry, RemedyOutcome, allowed};
use crate::pack::{Because, Check, Example, Fix, Leaf, Operator, Outcome, PLUGIN, Predicate, Remedy};

impl Context<'_> {
    /// The check of a file; `head` is where a pack says what it takes.
    pub(super) fn check(&self, draft: &Draft<'_>, head: &Document<'_>, examples: bool) -> Option<Check> {
        let (document, file) = (self.document, &draft.parsed.content);
        if file.id.value != draft.stem || !is_kebab(&file.id) {
            let message = format!("the id must be kebab-case and the name of the file, `{}`", draft.stem);
            document.problem(&file.id.span, message);
        }
        self.not_of_plugins(&file.id);
        let applies_when = file.applies_when.as_ref().map(|when| self.predicate(when));
        let expect = self.predicate(&file.expect);
        file.found.iter().for_each(|name| _ = self.fact(name));
        let because = file.because.iter().filter_map(|because| {
            self.predicate(&because.when).map(|when| Because { pass: because.pass, when, text: because.text.clone() })
        });
        let mut check = Check {
            id: file.id.value.clone(),
            title: file.title.clone(),
            level: file.level,
            warns_when: None,
            group: file.group.value.clone(),
            source: String::new(),
            why: file.why.clone(),
            because: because.collect(),
            needed: file.needed.clone(),
            found: file.found.iter().map(|name| name.0.clone()).collect(),
            remedies: file.remedy.iter().filter_map(|remedy| self.remedy(remedy)).collect(),
            examples: file.example.iter().map(|example| self.example(example)).collect(),
            applies_when: applies_when.clone().flatten(),
            expect: expect.clone().unwrap_or(Predicate::All(Vec::new())),
        };
        let has = |pass: bool| check.examples.iter().any(|example| (example.outcome == Outcome::Pass) == pass);
        // A release has the shared checks without their examples.
        let is_tested = draft.taken.is_some() && check.examples.is_empty();
        if examples && !is_tested && !(has(true) && has(false)) {
            document.problem(&(0..0), "a check needs at least one example that passes and one that does not");
        }
        let source = match draft.taken {
            None => {
                self.group(&file.group);
                file.source.as_ref().inspect(|source| self.source(source))
            }
            Some((id, entry)) => {
                let own = Context { document: head, shared: false, ..*self };
                check.level = entry.level.unwrap_or(check.level);
                let group = entry.group.as_ref().unwrap_or(&file.group);
                check.group.clone_from(&group.value);
                own.group(&At {
                    value: group.value.clone(),
                    span: entry.group.as_ref().map_or(&id.span, |at| &at.span).clone(),
                });
                match (&entry.source, &file.source) {
                    (Some(source), _) => Some(source).inspect(|source| own.source(source)),
                    (None, Some(source)) => Some(source).inspect(|source| self.source(source)),
                    (None, None) => {
                        head.problem(
                            &id.span,
                            format!("`{}` has no source of its own: name one of this pack", id.value),
                        );
                        return None;
                    }
                }
            }
        };
        match source {
            Some(source) => check.source.clone_from(&source.value),
            None => document.problem(&(0..0), "`source` is missing"),
        }
        (expect.is_some() && applies_when.is_none_or(|when| when.is_some())).then_some(check)
    }

    /// Complains of an id that a plugin could have.
    fn not_of_plugins(&self, id: &At<String>) {
        if id.value.starts_with(PLUGIN) {
            self.document.problem(&id.span, format!("ids that begin with `{PLUGIN}` are those of plugins"));
        }
    }

    fn group(&self, group: &At<String>) {
        self.document.defined(group, Some(self.names.groups.iter().copied()), "group in pack.toml");
    }

    fn remedy(&self, entry: &At<RemedyEntry>) -> Option<Remedy> {
        let families = lookup("os.family").map_or(Kind::Text, |row| row.kind);
        for family in &entry.family {
            if let Err(misfit) = allowed(family, families) {
                self.document.misfit(&family.span, misfit);
            }
        }
        let lists = [&entry.by_hand, &entry.run, &entry.destructive];
        if entry.text.is_empty() && lists.iter().all(|list| list.is_empty()) {
            self.document.problem(&entry.span, "a remedy needs `text` or commands");
        }
        for command in lists.into_iter().flatten() {
            if let Some(problem) = command_problem(command) {
                self.document.problem(&command.span, problem);
            }
        }
        let for_unknown = entry.outcome == Some(RemedyOutcome::Unknown);
        for command in entry.run.iter().chain(&entry.destructive) {
            if for_unknown {
                self.document.problem(&command.span, "no command puts right what is unknown: use `by_hand`");
            } else if has_placeholder(command) {
                self.document.problem(&command.span, "a person has to fill this command in: use `by_hand`");
            }
        }
        let commands = |list: &[At<String>]| list.iter().map(|command| command.value.clone()).collect();
        let when = entry.when.as_ref().map(|when| self.predicate(when));
        Some(Remedy {
            family: entry.family.iter().map(|family| family.value.clone()).collect(),
            when: match when {
                Some(when) => Some(when?),
                None => None,
            },
            for_unknown,
            fix: Fix {
                after: entry.after.iter().map(|id| id.value.clone()).collect(),
                another: entry.another,
                text: entry.text.clone(),
                by_hand: commands(&entry.by_hand),
                run: commands(&entry.run),
                destructive: commands(&entry.destructive),
            },
        })
    }

    fn example(&self, entry: &At<ExampleEntry>) -> Example {
        let mut facts = Facts::new();
        for (name, literal) in &entry.facts {
            let Some(row) = self.fact(name) else { continue };
            // A calendar goes on while a version stays: its examples must not state what it says on some day.
            if row.name.starts_with("lines.") || row.name.starts_with("release.") {
                let message = format!("`{}` is derived: an example gives the facts it comes from", name.0);
                self.document.problem(&name.span, message);
            }
            if ["plan.product", "plan.tier", "plan.production"].contains(&row.name) {
                let message = format!("`{}` follows from the pack and the `tier` of the example", name.0);
                self.document.problem(&name.span, message);
            }
            let fact = match literal.is_absent() {
                true => Ok(Fact::absent("example")),
                false => literal.value(row.kind).map(|value| Fact::known(value, "example")),
            };
            match fact {
                Ok(fact) => _ = facts.insert(name.0.clone(), fact),
                Err(misfit) => self.document.misfit(&literal.span, misfit),
            }
        }
        if let Some(tier) = &entry.tier {
            let tiers = self.names.tiers.as_ref().map(|tiers| tiers.iter().copied());
            self.document.defined(tier, tiers, "tier in tiers.toml");
        }
        Example {
            place: self.place(entry),
            facts,
            tier: entry.tier.as_ref().map(|tier| tier.value.clone()),
            today: entry.today.map(|day| day.0),
            outcome: entry.outcome,
        }
    }

    fn place<T>(&self, entry: &At<T>) -> String {
        format!("{}:{}", self.document.path, self.document.places().line(&entry.span))
    }

    /// A check of every endpoint.
    pub(super) fn endpoints(&self, file: &EndpointsFile, checks: &mut Vec<Check>) {
        self.group(&file.group);
        self.source(&file.source);
        for entry in &file.endpoint {
            if checks.iter().any(|check| check.id == entry.id.value) {
                self.document.problem(&entry.id.span, format!("the check `{}` stands twice", entry.id.value));
            }
            checks.push(self.endpoint(file, entry));
        }
    }

    fn endpoint(&self, file: &EndpointsFile, entry: &EndpointEntry) -> Check {
        let host = &entry.host.value;
        let reachable = format!("outbound.{host}.reachable");
        if !is_kebab(&entry.id) {
            self.document.problem(&entry.id.span, format!("`{}` is not kebab-case", entry.id.value));
        }
        self.not_of_plugins(&entry.id);
        if lookup(&reachable).is_none_or(|row| !row.is_open()) {
            let message = format!("`{host}` is not the name of a host, such as cloud.example.com");
            self.document.problem(&entry.host.span, message);
        }
        entry.group.iter().for_each(|group| self.group(group));
        entry.source.iter().for_each(|source| self.source(source));
        let is_true = |fact: &str| {
            Predicate::Leaf(Leaf {
                fact: fact.to_owned(),
                kind: Kind::Bool,
                operator: Operator::Is(Value::Bool(true)),
                share: None,
            })
        };
        let example = |facts: &[(&str, bool)], outcome| Example {
            place: self.place(&entry.id),
            facts: facts.iter().map(|(name, value)| ((*name).to_owned(), Fact::known(*value, "example"))).collect(),
            tier: None,
            today: None,
            outcome,
        };
        Check {
            id: entry.id.value.clone(),
            title: format!("{host} can be reached"),
            level: entry.level.unwrap_or(file.level),
            warns_when: None,
            group: entry.group.as_ref().unwrap_or(&file.group).value.clone(),
            source: entry.source.as_ref().unwrap_or(&file.source).value.clone(),
            why: entry.why.clone(),
            applies_when: Some(is_true("plan.online")),
            expect: is_true(&reachable),
            needed: None,
            found: Vec::new(),
            because: Vec::new(),
            remedies: vec![Remedy {
                family: Vec::new(),
                when: None,
                for_unknown: false,
                fix: Fix {
                    text: format!("Let this host reach {host} on port 443, or name the proxy in https_proxy."),
                    ..Fix::default()
                },
            }],
            examples: vec![
                example(&[("plan.online", true), (&reachable, true)], Outcome::Pass),
                example(&[("plan.online", true), (&reachable, false)], Outcome::Fail),
                example(&[], Outcome::Skipped),
            ],
        }
    }
}

/// What is wrong with a command. A plan runs as root and leaves `sudo` out, so that nothing may depend on its options.
fn command_problem(command: &str) -> Option<&'static str> {
    if command.trim().is_empty() || command.chars().any(char::is_control) {
        return Some("a command is one line");
    }
    command.contains("sudo -").then_some("`sudo` takes no options in a remedy")
}

/// Whether a command has a word for a person to fill in, as `NODE` or `<node>`.
fn has_placeholder(command: &str) -> bool {
    let is_capital = |sign: char| sign.is_ascii_uppercase() || sign == '_';
    command
        .split(' ')
        .any(|word| (word.len() > 2 && word.chars().all(is_capital)) || (word.starts_with('<') && word.ends_with('>')))
}
