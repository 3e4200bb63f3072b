//! Who may use what: the modules of this crate depend on each other in the direction of the data only, and every foreign
//! crate has its place. What only unit tests use does not count.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A module, the modules of this crate that it may use, and the foreign crates.
struct Layer {
    module: &'static str,
    modules: &'static [&'static str],
    crates: &'static [&'static str],
}

/// The design. Errors, days and the forms of documents are everybody's: see [`EVERYWHERE`].
const LAYERS: [Layer; 15] = [
    Layer { module: "facts", modules: &[], crates: &["semver", "strsim"] },
    Layer {
        module: "host",
        modules: &[],
        crates: &[
            "base64",
            "libc",
            "nix",
            "reqwest",
            "ring",
            "rustix",
            "rustls",
            "rustls_platform_verifier",
            "tempfile",
            "toml",
            "which",
        ],
    },
    Layer {
        module: "probe",
        modules: &["facts", "host"],
        crates: &["base64", "reqwest", "ring", "rustls", "saphyr_parser", "serde_json", "sha2", "toml"],
    },
    Layer { module: "redact", modules: &["facts"], crates: &[] },
    Layer { module: "signature", modules: &[], crates: &["base64", "ring"] },
    Layer {
        module: "pack",
        modules: &["facts", "signature"],
        crates: &["flate2", "reqwest", "rustls", "sha2", "tar", "toml"],
    },
    Layer { module: "plan", modules: &["facts", "pack"], crates: &["reqwest"] },
    Layer { module: "judge", modules: &["facts", "pack", "plan"], crates: &[] },
    Layer {
        module: "report",
        modules: &["facts", "pack", "plan", "judge", "redact", "signature"],
        crates: &["flate2", "serde_json", "sha2", "tar"],
    },
    Layer { module: "fleet", modules: &["facts", "pack", "plan", "judge", "redact", "report"], crates: &[] },
    Layer {
        module: "inspect",
        modules: &["facts", "host", "probe", "redact", "pack", "plan", "judge", "report"],
        crates: &[],
    },
    Layer {
        module: "render",
        modules: &["facts", "pack", "plan", "judge", "redact", "report"],
        crates: &["base64", "colored", "serde_json", "sha2", "textwrap"],
    },
    Layer {
        module: "cli",
        modules: &[
            "facts",
            "host",
            "probe",
            "redact",
            "signature",
            "pack",
            "plan",
            "judge",
            "report",
            "fleet",
            "inspect",
            "render",
        ],
        crates: &["clap", "flate2", "nix", "rustix", "serde_json", "tar", "terminal_size"],
    },
    Layer { module: "schema", modules: &["report"], crates: &[] },
    Layer { module: "main", modules: &["cli"], crates: &[] },
];

/// Foreign crates that every module may use.
const EVERYWHERE: [&str; 3] = ["jiff", "serde", "thiserror"];

/// Whether the design lets a module use a module or a foreign crate.
fn may_use(module: &str, used: &str) -> bool {
    let layer = LAYERS.iter().find(|layer| layer.module == module);
    let layer = layer.unwrap_or_else(|| panic!("the module {module} has no row in LAYERS"));
    EVERYWHERE.contains(&used) || layer.modules.contains(&used) || layer.crates.contains(&used)
}

/// The code of a file as tokens, without the items that are compiled for tests only, and the modules among those that
/// have files of their own.
fn without_tests(tokens: TokenStream, modules: &mut Vec<String>) -> Vec<TokenTree> {
    let mut out = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let attribute = match rest.peek() {
            Some(TokenTree::Group(group)) if is_sign(&token, '#') => group.stream().to_string().replace(' ', ""),
            _ => String::new(),
        };
        if attribute.starts_with("cfg_attr(test,") {
            rest.next();
        } else if attribute == "cfg(test)" {
            let mut item = Vec::new();
            for token in rest.by_ref() {
                let ends = is_sign(&token, ';')
                    || matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
                        && !item.iter().any(|token| is_word(token, "use"));
                item.push(token);
                if ends {
                    break;
                }
            }
            let named = item.iter().position(|token| is_word(token, "mod")).and_then(|at| item.get(at + 1));
            modules.extend(named.map(ToString::to_string));
        } else if let TokenTree::Group(group) = token {
            let inside = without_tests(group.stream(), modules).into_iter().collect();
            out.push(Group::new(group.delimiter(), inside).into());
        } else {
            out.push(token);
        }
    }
    out
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// What paths begin with: foreign crates and local names, and `crate::X` for modules of this crate. `depth` says how many
/// `super` lead out of the file to the crate's root.
fn beginnings(tokens: &[TokenTree], depth: usize, into: &mut BTreeSet<String>) {
    let colons = |at: usize| {
        let colon = |at: usize| tokens.get(at).is_some_and(|token| is_sign(token, ':'));
        colon(at) && colon(at + 1)
    };
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                beginnings(&group.stream().into_iter().collect::<Vec<_>>(), depth, into);
            }
            TokenTree::Ident(first) if colons(at + 1) && !(at >= 2 && colons(at - 2)) => {
                let mut next = at + 3;
                let mut supers = usize::from(first == "super");
                while supers > 0 && tokens.get(next).is_some_and(|token| is_word(token, "super")) && colons(next + 1) {
                    (supers, next) = (supers + 1, next + 3);
                }
                if first != "crate" && first != "rampcheck" && (supers == 0 || supers < depth) {
                    into.insert(first.to_string());
                    continue;
                }
                match tokens.get(next) {
                    Some(TokenTree::Ident(module)) => _ = into.insert(format!("crate::{module}")),
                    Some(TokenTree::Group(group)) => {
                        // `use crate::{one::A, two::B}`: the first word of each part.
                        let parts: Vec<_> = group.stream().into_iter().collect();
                        let names = parts.split(|token| is_sign(token, ',')).filter_map(<[_]>::first);
                        into.extend(names.map(|name| format!("crate::{name}")));
                    }
                    _ => {}
                }
            }
            TokenTree::Ident(first) if at > 0 && is_word(&tokens[at - 1], "use") => {
                into.insert(first.to_string());
            }
            _ => {}
        }
    }
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push(path);
        }
    }
}

/// Names of the crates that the program is built from, as paths have them.
fn foreign_crates() -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    let table = |name: &str| manifest[name].as_table().unwrap().keys().map(|name| name.replace('-', "_"));
    table("dependencies").chain(table("dev-dependencies")).collect()
}

/// Every use of a module or a foreign crate in what is compiled for users: module, what it uses, file.
fn uses() -> Vec<(String, String, String)> {
    let root = Path::new("src");
    let mut files = Vec::new();
    sources(root, &mut files);
    let foreign = foreign_crates();
    let mut tests = Vec::new();
    let mut all = Vec::new();
    for file in files {
        let tokens = TokenStream::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        // `src/a/b.rs` and `src/a/b/mod.rs` are both a::b: what they hold lies below `src/a/b`.
        let plain = file.with_extension("");
        let place = if plain.ends_with("mod") || file == root.join("lib.rs") { file.parent().unwrap() } else { &plain };
        let mut modules = Vec::new();
        let code = without_tests(tokens, &mut modules);
        tests.extend(modules.iter().map(|name| place.join(name)));
        let inside = place.strip_prefix(root).unwrap();
        let Some(module) = inside.components().next().map(|part| part.as_os_str().to_str().unwrap()) else { continue };
        let mut begun = BTreeSet::new();
        beginnings(&code, inside.components().count(), &mut begun);
        for name in begun {
            let used = name.strip_prefix("crate::").or_else(|| foreign.get(&name).map(String::as_str));
            if let Some(used) = used.filter(|used| *used != module) {
                all.push((place.to_owned(), module.to_owned(), used.to_owned(), file.display().to_string()));
            }
        }
    }
    all.retain(|(place, ..)| !tests.iter().any(|test| place.starts_with(test)));
    all.into_iter().map(|(_, module, used, file)| (module, used, file)).collect()
}

#[test]
fn every_module_uses_what_the_design_lets_it_use() {
    let uses = uses();
    assert!(uses.len() > 200, "the test no longer sees the code: {}", uses.len());
    let against = uses.iter().filter(|(module, used, _)| !may_use(module, used));
    let wrong: Vec<_> = against.map(|(_, used, file)| format!("{file} uses {used}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_what_is_compiled_for_tests_is_left_out() {
    let source = r#"
        use crate::facts::Fact;
        #[cfg(test)]
        use crate::hidden::{self, Hidden};
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        struct Shown(toml::Value);
        #[cfg(test)]
        #[path = "elsewhere.rs"]
        mod signing;
        #[cfg(test)]
        mod tests { fn hidden() { proptest::run(); } }
        fn after() -> sha2::Sha256 { "crate::text"; /* crate::comment */ super::super::host::read(crate::{check::A, plan::B}) }
        #[cfg(test)]
        fn hidden() -> Vec<u8> { insta::now() }
    "#;
    let mut modules = Vec::new();
    let code = without_tests(TokenStream::from_str(source).unwrap(), &mut modules);
    assert_eq!(modules, ["signing", "tests"]);
    let mut begun = BTreeSet::new();
    beginnings(&code, 2, &mut begun);
    let expected = ["crate::check", "crate::facts", "crate::host", "crate::plan", "check", "plan", "sha2", "toml"];
    assert_eq!(begun, expected.map(str::to_owned).into());
}
