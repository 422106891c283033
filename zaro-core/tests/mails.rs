//! Every mail: what M2, V2, R2 and L13 demand of its text, in each of its shapes.

use serde_json::{Value, json};
use zaro_core::service::mail::{Rendered, render};
use zaro_core::types::MailKind;

const LINK: &str = "https://api.zaro.test/api/auth/email/verify?token=abc-DEF_123";

fn shapes() -> Vec<(MailKind, Value)> {
    let dormancy = json!({ "nickname": "자취왕", "absence_months": 5, "dormant_months": 6, "dormant_on": "2027년 3월 4일",
        "delete_months": 6, "login_link": "https://zaro.test/login" });
    let mut shapes = vec![
        (MailKind::VerifyEmail, json!({ "nickname": "자취왕", "link": LINK, "minutes": 30 })),
        (MailKind::ResetPassword, json!({ "nickname": "자취왕", "link": LINK, "minutes": 30 })),
        (MailKind::DormancyNotice, dormancy),
    ];
    for kind in ["SELF", "DORMANCY", "OPERATOR"] {
        let payload =
            json!({ "nickname": "자취왕", "withdrawn_on": "2027년 3월 4일", "anonymise_days": 30, "kind": kind });
        shapes.push((MailKind::WithdrawalDone, payload));
    }
    for (kind, ends_at) in [("WARNING", ""), ("SUSPENSION", "2027년 3월 4일 09:30"), ("SUSPENSION", "")] {
        let payload =
            json!({ "nickname": "자취왕", "kind": kind, "reason": "욕설", "message": "", "ends_at": ends_at });
        shapes.push((MailKind::SanctionNotice, payload));
    }
    for outcome in ["ACCEPTED", "REJECTED"] {
        shapes.push((MailKind::AppealAnswer, json!({ "nickname": "자취왕", "outcome": outcome, "answer": "답변" })));
    }
    shapes
}

fn rendered(kind: MailKind, payload: &Value) -> Rendered {
    render(kind, &payload.to_string()).unwrap_or_else(|error| panic!("{kind}: {error}"))
}

#[test]
fn m2_every_mail_renders_and_loads_nothing_from_another_host() {
    for (kind, payload) in shapes() {
        let mail = rendered(kind, &payload);
        assert!(mail.subject.starts_with("[ZARO] ") && !mail.subject.contains('\n'), "{kind}: {}", mail.subject);
        for text in [&mail.text, &mail.html] {
            assert!(text.contains("자취왕"), "{kind} greets nobody");
            assert!(!text.contains("localhost") && !text.contains("127.0.0.1"), "{kind} names a development address");
            assert!(!text.contains("{{") && !text.contains("{%"), "{kind} shows its template");
        }
        for tag in ["<img", "<script", "<link", "<iframe", "@import", "url("] {
            assert!(!mail.html.contains(tag), "{kind} loads something: {tag}");
        }
        assert!(mail.html.contains("lang=\"ko\""), "{kind} has no language");
    }
}

#[test]
fn v2_r2_l13_one_address_and_the_numbers_in_force() {
    for (kind, payload) in shapes() {
        let mail = rendered(kind, &payload);
        let expected = match kind {
            MailKind::VerifyEmail | MailKind::ResetPassword => {
                assert!(mail.text.contains("30분") && mail.html.contains("30분"), "{kind} names its life");
                Some(LINK)
            }
            MailKind::DormancyNotice => {
                for number in ["5개월", "2027년 3월 4일", "6개월"] {
                    assert!(mail.text.contains(number), "{number} is missing: {}", mail.text);
                }
                Some("https://zaro.test/login")
            }
            _ => None,
        };
        let in_text: Vec<&str> = mail.text.split_whitespace().filter(|word| word.contains("://")).collect();
        assert_eq!(in_text, expected.into_iter().collect::<Vec<_>>(), "{kind}");
        let in_html = mail.html.matches("://").count();
        let wanted = mail.html.matches(expected.unwrap_or("no address")).count();
        assert_eq!(in_html, wanted, "{kind} has another address");
    }
}

#[test]
fn what_members_and_operators_typed_cannot_become_markup() {
    let payload = json!({ "nickname": "<b>x</b>", "kind": "WARNING", "reason": "욕설",
        "message": "<script>alert(1)</script>", "ends_at": "" });
    let mail = rendered(MailKind::SanctionNotice, &payload);
    assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>x</b>"));
    assert!(mail.text.contains("<script>alert(1)</script>"), "the text part is text");
}

#[test]
fn a_payload_that_lacks_something_is_an_error_and_not_a_hole() {
    assert!(render(MailKind::VerifyEmail, "{}").is_err());
    assert!(render(MailKind::VerifyEmail, "no json").is_err());
}

#[test]
fn m2_every_mail_as_it_is_read() {
    for (number, (kind, payload)) in shapes().into_iter().enumerate() {
        let mail = rendered(kind, &payload);
        let name = format!("{number:02}_{}", kind.as_str().to_lowercase());
        insta::assert_snapshot!(name, format!("{}\n\n{}", mail.subject, mail.text));
    }
}
