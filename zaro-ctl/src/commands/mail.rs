//! `zaro-ctl mail …`

mod show;

use serde_json::json;
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::policy::mail::Delivery;
use zaro_core::service::mail::desk::{self, Verdict};
use zaro_core::service::mail::{render, sample, send_test, switch};
use zaro_core::types::{MailKind, MailState};

use super::order;
use crate::cli::mail::{MailResolve, MailVerb, OneMail};
use crate::cli::order::Signed;
use crate::confirm::{Confirmed, Consent, confirm};
use crate::exit::{Exit, Failure};
use crate::output::Printer;
use crate::session;

pub(super) fn run(config: &Config, verb: &MailVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        MailVerb::Queue { limit } => {
            let queue = desk::queue(&ctx, *limit)?;
            printer.data(&queue, || show::queue(&queue));
            Ok(Exit::Done)
        }
        MailVerb::Show { id } => {
            let shown = desk::show(&ctx, *id)?;
            printer.data(&shown, || show::one(&shown));
            Ok(Exit::Done)
        }
        MailVerb::Bounces { limit } => {
            let bounces = desk::bounces(&ctx, *limit)?;
            printer.data(&bounces, || show::bounces(&bounces));
            Ok(Exit::Done)
        }
        MailVerb::Retry(one) => retry(&ctx, one, printer),
        MailVerb::Drop(one) => drop_unsent(&ctx, one, printer),
        MailVerb::Resolve(wanted) => resolve(&ctx, wanted, printer),
        MailVerb::Preview { template, output } => preview(&ctx, *template, output.as_deref(), printer),
        MailVerb::Test { address } => test(&ctx, address, printer),
        MailVerb::On(signed) => switched(&ctx, true, signed, printer),
        MailVerb::Off(signed) => switched(&ctx, false, signed, printer),
    }
}

/// Shows the plan, asks, and acts; a dry run ends after the plan.
fn change(
    plan: &str,
    question: &str,
    signed: &Signed,
    printer: Printer,
    act: impl FnOnce(&Confirmed) -> zaro_core::Result<String>,
) -> Result<Exit, Failure> {
    if signed.consents.dry_run {
        printer.data(&json!({ "plan": plan }), || plan.to_owned());
        return Ok(Exit::Done);
    }
    printer.say(plan);
    let consent = if signed.consents.yes { Consent::Yes } else { Consent::Ask };
    let Some(confirmed) = confirm(consent, question)? else {
        printer.say("nothing was changed");
        return Ok(Exit::Refused);
    };
    let done = act(&confirmed)?;
    printer.data(&json!({ "done": done }), || done.clone());
    Ok(Exit::Done)
}

fn retry(ctx: &Context, one: &OneMail, printer: Printer) -> Result<Exit, Failure> {
    let shown = desk::show(ctx, one.id)?;
    change(&show::one(&shown), "Try it at once?", &one.signed, printer, |_| {
        desk::retry(ctx, one.id, &order::by(&one.signed))?;
        let when =
            if switch::find(ctx)?.is_some() { "leaves with `zaro-ctl mail on`" } else { "leaves within seconds" };
        Ok(format!("mail {} is due now and {when}", one.id))
    })
}

fn drop_unsent(ctx: &Context, one: &OneMail, printer: Printer) -> Result<Exit, Failure> {
    let shown = desk::show(ctx, one.id)?;
    let mut plan = show::one(&shown);
    if shown.notice.is_some() {
        plan.push_str("\nwithout this notice its member does not become dormant before they have signed in again");
    }
    change(&plan, "Close it unsent, for good?", &one.signed, printer, |_| {
        desk::drop_unsent(ctx, one.id, &order::by(&one.signed))?;
        Ok(format!("mail {} is closed as {}", one.id, MailState::Dropped))
    })
}

fn resolve(ctx: &Context, wanted: &MailResolve, printer: Printer) -> Result<Exit, Failure> {
    let notice = desk::to_settle(ctx, wanted.notice)?;
    let (verdict, question, done) = if wanted.accepted {
        (Verdict::Accepted, "Vouch that its member has been told?", "counts as handed over")
    } else {
        (Verdict::Lost, "Send it again?", "goes again")
    };
    change(&show::notices(std::slice::from_ref(&notice)), question, &wanted.signed, printer, |_| {
        desk::settle(ctx, wanted.notice, verdict, &order::by(&wanted.signed))?;
        Ok(format!("dormancy notice {} {done}", wanted.notice))
    })
}

fn preview(
    ctx: &Context,
    template: MailKind,
    output: Option<&std::path::Path>,
    printer: Printer,
) -> Result<Exit, Failure> {
    let mail = render(template, &sample(ctx, template).to_string())?;
    if let Some(path) = output {
        std::fs::write(path, &mail.html)?;
        printer.say(&format!("its HTML part is in {}", path.display()));
    }
    let data = json!({ "subject": mail.subject, "text": mail.text, "html": mail.html });
    printer.data(&data, || format!("{}\n\n{}", mail.subject, mail.text));
    Ok(Exit::Done)
}

fn test(ctx: &Context, address: &str, printer: Printer) -> Result<Exit, Failure> {
    let to = ctx.mailer.describe();
    match send_test(ctx, address) {
        Delivery::Accepted { message_id } => {
            let data = json!({ "accepted": true, "by": to, "message_id": message_id });
            printer.data(&data, || format!("taken by {to} as {message_id}"));
            Ok(Exit::Done)
        }
        Delivery::Refused(why) | Delivery::NotNow(why) | Delivery::Unclear(why) => Err(Failure::new(
            Exit::Refused,
            format!("not taken by {to}: {why}"),
            "`zaro-ctl doctor` tells whether it can be reached, `zaro-ctl config show` what it is",
        )),
    }
}

fn switched(ctx: &Context, on: bool, signed: &Signed, printer: Printer) -> Result<Exit, Failure> {
    let queue = desk::queue(ctx, 1)?;
    let is_on = queue.off.is_none();
    if is_on == on {
        printer.data(&json!({ "on": is_on }), || format!("mail is {} already", if on { "on" } else { "off" }));
        return Ok(Exit::Done);
    }
    let question = if on { "Send all of it?" } else { "Keep all mail in the outbox until it is switched on?" };
    change(&show::counts(&queue), question, signed, printer, |_| {
        let by = order::by(signed);
        if on {
            switch::on(ctx, &by)?
        } else {
            switch::off(ctx, &by)?
        };
        Ok(format!("mail is {}", if on { "on" } else { "off" }))
    })
}
