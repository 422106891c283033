//! Mails from their templates, which are embedded in the binary.

use std::sync::OnceLock;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Map, json};

use super::korean_date;
use crate::error::{Error, Result};
use crate::policy::account::dormant_on;
use crate::policy::retention::Lifecycle;
use crate::types::{MailKind, Time};

/// A mail in its three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

macro_rules! template {
    ($path:literal) => {
        ($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/mail/", $path)))
    };
}

const TEMPLATES: [(&str, &str); 19] = [
    template!("base.html"),
    template!("verify_email/subject.txt"),
    template!("verify_email/body.txt"),
    template!("verify_email/body.html"),
    template!("reset_password/subject.txt"),
    template!("reset_password/body.txt"),
    template!("reset_password/body.html"),
    template!("dormancy_notice/subject.txt"),
    template!("dormancy_notice/body.txt"),
    template!("dormancy_notice/body.html"),
    template!("withdrawal_done/subject.txt"),
    template!("withdrawal_done/body.txt"),
    template!("withdrawal_done/body.html"),
    template!("sanction_notice/subject.txt"),
    template!("sanction_notice/body.txt"),
    template!("sanction_notice/body.html"),
    template!("appeal_answer/subject.txt"),
    template!("appeal_answer/body.txt"),
    template!("appeal_answer/body.html"),
];

fn templates() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        // A forgotten variable is an error here, not a hole in somebody's mail.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source).expect("an embedded template is well formed; a test renders each");
        }
        environment
    })
}

/// Renders a mail from the payload of its row.
///
/// # Errors
/// [`Error::Internal`] when the payload lacks what the template needs.
pub fn render(kind: MailKind, payload: &str) -> Result<Rendered> {
    let values: serde_json::Value = serde_json::from_str(payload)
        .map_err(|error| Error::Internal(format!("the payload of a mail is no JSON: {error}")))?;
    let folder = kind.as_str().to_lowercase();
    let part = |name: &str| {
        let template = templates().get_template(&format!("{folder}/{name}"));
        let text = template.and_then(|template| template.render(Serde(&values)));
        text.map_err(|error| Error::Internal(format!("the mail {kind} cannot be rendered: {error:#}")))
    };
    let subject = part("subject.txt")?.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Rendered { subject, text: part("body.txt")?, html: part("body.html")? })
}

/// L13: what the dormancy notice says when it is handed over at `now`.
pub(super) fn dormancy_payload(payload: &str, basis: Time, rules: &Lifecycle, frontend_url: &str, now: Time) -> String {
    let stored: Map<String, serde_json::Value> = serde_json::from_str(payload).unwrap_or_default();
    let mut values = json!({
        "absence_months": now.months_since(basis),
        "dormant_months": rules.dormant_months,
        "delete_months": rules.delete_months,
        "dormant_on": korean_date(dormant_on(basis, now, rules).seoul_date()),
        "login_link": format!("{frontend_url}/login"),
    });
    if let serde_json::Value::Object(values) = &mut values {
        values.extend(stored);
    }
    values.to_string()
}
