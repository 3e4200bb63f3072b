//! `rampcheck check`.

use std::path::Path;
use std::time::{Duration, Instant};

use super::arguments::{CheckArguments, JudgeArguments, path_text};
use super::delivery::Delivery;
use super::exit::{Exit, Failure};
use super::output::{Urgency, log, say};
use super::{input, intent, manifests, packs, source};
use crate::inspect::{Request, Source, inspect};
use crate::pack::Packs;
use crate::redact::Redactor;
use crate::render::nagios::ServiceState;
use crate::render::text::Style;
use crate::render::words;
use crate::render::{ReportFormat, changes};
use crate::report::Report;
use crate::report::diff::Diff;

/// How long `--wait` waits before it judges again.
const BETWEEN: Duration = Duration::from_secs(5);

/// Runs it.
pub fn run(arguments: &CheckArguments, style: Style) -> Result<Exit, Failure> {
    let (text, exit) = delivered(arguments, style)?;
    say(&text)?;
    Ok(exit)
}

/// Judges the host and writes the files. Gives what goes to standard output, and the exit code.
pub fn delivered(arguments: &CheckArguments, style: Style) -> Result<(String, Exit), Failure> {
    let style = Style { detail: arguments.delivery.detail.detail(), ..style };
    let mut delivery = Delivery::open(&arguments.delivery)?;
    // The same file may be replaced by this run's report.
    let earlier = arguments.changed_since.as_deref().map(|path| (path, input::earlier(path)));
    let mut asked = Asked::of(&arguments.judge, false)?;
    if let Some(why) = arguments.wait.and(not_again(&arguments.judge)) {
        return Err(Failure::usage(format!("--wait cannot be used with {why}")));
    }
    let end = arguments.wait.map(|wait| Instant::now() + wait);
    let mut progress = source::Waiting::default();
    let report = loop {
        let report = asked.judge(&mut delivery.redaction.redactor)?;
        let left = end.map(|end| end.saturating_duration_since(Instant::now())).unwrap_or_default();
        if left.is_zero() || Exit::of(report.verdict) == Exit::Success {
            break report;
        }
        progress.say(&words::waiting(&report, left));
        // What still hangs must not add up.
        source::stop_children();
        std::thread::sleep(left.min(BETWEEN));
    };
    progress.end();
    let exit = exit(&report, arguments.delivery.format);
    let changed = earlier.and_then(|(path, earlier)| since(path, earlier, &report));
    let text = delivery.write(report, style)?;
    if let Some((urgency, line)) = changed {
        log(urgency, &line);
    }
    Ok((text, exit))
}

/// What a run says of the earlier report. One that cannot be used costs no more than the comparison.
fn since(path: &Path, earlier: Result<Option<Report>, Failure>, report: &Report) -> Option<(Urgency, String)> {
    match earlier {
        Ok(Some(earlier)) => {
            let diff = Diff::of(&earlier, report);
            let urgency = if diff.is_worse() { Urgency::Warning } else { Urgency::Notice };
            Some((urgency, changes::line(&diff)?))
        }
        Ok(None) => Some((Urgency::Notice, words::no_earlier_report(&path_text(path)))),
        Err(failure) => Some((Urgency::Warning, words::not_compared(&failure.to_string()))),
    }
}

/// The option with which a host is not judged again, and why.
fn not_again(arguments: &JudgeArguments) -> Option<&'static str> {
    let JudgeArguments { source, facts, nodes, .. } = arguments;
    match (&source.host, facts, source.measure) {
        (Some(_), ..) => Some("--host: a recorded host does not change"),
        (_, Some(_), _) => Some("--facts: those facts do not change"),
        (_, _, Some(_)) => Some("--measure: it would measure the disk again and again"),
        (None, None, None) if !nodes.reach.is_empty() => Some("--reach: the other nodes listen for one test"),
        (None, None, None) => None,
    }
}

/// The exit code of a report that is shown in a format.
pub fn exit(report: &Report, format: ReportFormat) -> Exit {
    match format {
        ReportFormat::Nagios => Exit::Plugin(ServiceState::of(report.verdict)),
        _ => Exit::of(report.verdict),
    }
}

/// Inspects what the arguments name.
pub fn judge(arguments: &JudgeArguments, every_version: bool, redactor: &mut Redactor) -> Result<Report, Failure> {
    Asked::of(arguments, every_version)?.judge(redactor)
}

/// What the arguments ask for, read once and judged as often as needed.
struct Asked<'a> {
    arguments: &'a JudgeArguments,
    request: Request,
    packs: Packs,
}

impl<'a> Asked<'a> {
    /// Reads the plan and the packs, and says what will be asked over the network.
    fn of(arguments: &'a JudgeArguments, every_version: bool) -> Result<Self, Failure> {
        let mut intent = intent::of(arguments.product.as_ref(), &arguments.plan, Some(&arguments.server))?;
        intent.data_dir = arguments.source.data_dir.as_deref().map(path_text).or(intent.data_dir);
        if !arguments.manifest.is_empty() {
            intent.manifests = arguments.manifest.iter().map(|path| path_text(path)).collect();
        }
        let mut files = intent::files(&intent.server)?;
        if arguments.facts.is_none() {
            files.manifests = manifests::read(&intent.manifests)?;
        }
        let mut request = Request {
            today: arguments.plan.today,
            files,
            every_version,
            deadlines: source::deadlines(&arguments.source, intent.timeout),
            peers: arguments.nodes.reach.clone(),
            intent,
            ..Request::at(super::now())
        };
        if let Some(file) = &arguments.nodes.reach_token_file {
            if arguments.source.host.is_some() {
                let why = "--reach cannot be used with --host: a recorded host reaches nothing";
                return Err(Failure::usage(why));
            }
            request.files.token = Some(input::token("--reach-token-file", file)?);
            request.deadlines = source::with_nodes(request.deadlines, request.peers.len());
        }
        if arguments.facts.is_some() && arguments.source.measure.is_some() {
            return Err(source::not_here("--facts", "those facts hold what was measured where they were collected"));
        }
        let packs = packs::find(&arguments.packs.packs)?;
        if arguments.facts.is_none() && arguments.source.host.is_none() && arguments.source.root.is_none() {
            source::announce(&request.addresses(&packs).map_err(Failure::usage)?);
        }
        Ok(Self { arguments, request, packs })
    }

    /// Reads the host, or the facts that were sent, and judges.
    fn judge(&mut self, redactor: &mut Redactor) -> Result<Report, Failure> {
        self.request.now = super::now();
        let source = match &self.arguments.facts {
            Some(path) => Source::Facts(input::facts(path)?),
            None => {
                let (host, view) = source::open(&self.arguments.source, &mut self.request)?;
                Source::Host(host, view)
            }
        };
        Ok(inspect(&self.request, source, &self.packs, redactor, &mut source::progress())?)
    }
}
