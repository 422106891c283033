//! `Mailer`: a folder, a scripted mail server that misbehaves on purpose, and a real one where the environment names it.

use std::sync::Arc;

use lettre::message::Mailbox;
use zaro_core::adapters::outbox_dir::OutboxDir;
use zaro_core::clock::FixedClock;
use zaro_core::policy::mail::Delivery;
use zaro_core::ports::{Mailer, OutgoingMail};
use zaro_core::types::Time;

fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::new(Time::parse("2026-03-01T03:00:00Z").expect("an instant")))
}

fn from() -> Mailbox {
    "자취의 로망 <no-reply@zaro.test>".parse().expect("a sender")
}

fn mail(to: &str) -> OutgoingMail {
    OutgoingMail {
        id: 7,
        to: to.to_owned(),
        subject: "[ZARO] 이메일 주소를 확인해 주세요".to_owned(),
        text: "안녕하세요, 자취왕님".to_owned(),
        html: "<p>안녕하세요, <b>자취왕</b>님</p>".to_owned(),
        message_id: "<zaro-7-1@zaro.test>".to_owned(),
    }
}

#[test]
fn a_folder_holds_one_whole_file_a_mail() {
    let folder = tempfile::tempdir().expect("a folder");
    let mailer = OutboxDir::new(&folder.path().join("outbox"), from(), clock());
    for _ in 0..2 {
        assert_eq!(
            mailer.send(&mail("kim@zaro.test")),
            Delivery::Accepted { message_id: "<zaro-7-1@zaro.test>".to_owned() }
        );
    }
    let names: Vec<_> = std::fs::read_dir(folder.path().join("outbox"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    assert_eq!(names, ["00000007-kim@zaro.test.eml"], "the same mail tried again is the same file");
    let text =
        std::fs::read_to_string(folder.path().join("outbox").join("00000007-kim@zaro.test.eml")).expect("the file");
    for part in
        ["Message-ID: <zaro-7-1@zaro.test>", "To: kim@zaro.test", "multipart/alternative", "text/plain", "text/html"]
    {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn an_address_cannot_leave_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let mailer = OutboxDir::new(folder.path(), from(), clock());
    assert!(matches!(mailer.send(&mail("../../etc/x@zaro.test")), Delivery::Accepted { .. } | Delivery::Refused(_)));
    let parent = folder.path().parent().expect("a parent");
    assert!(!parent.join("etc").exists());
}

#[test]
fn a_folder_that_cannot_be_written_means_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = folder.path().join("outbox");
    std::fs::write(&outbox, "a file where the folder should be").expect("a file");
    let mailer = OutboxDir::new(&outbox, from(), clock());
    assert!(matches!(mailer.send(&mail("kim@zaro.test")), Delivery::NotNow(_)));
}

#[cfg(feature = "smtp")]
mod smtp {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};

    use zaro_core::adapters::smtp::Smtp;

    use super::*;

    /// How the scripted server answers.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Manner {
        Takes,
        RefusesRecipient,
        RefusesForNow,
        /// A 5xx that is about us, not about the recipient.
        RefusesSender,
        /// Hangs up after the whole message went in.
        HangsUpAfterData,
    }

    /// A mail server of one manner on a free port; it ends with the test's process.
    fn server(manner: Manner) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up ends its conversation, no more.
                let _ = converse(stream, manner);
            }
        });
        port
    }

    fn converse(stream: TcpStream, manner: Manner) -> std::io::Result<()> {
        let mut out = stream.try_clone()?;
        let mut lines = BufReader::new(stream).lines();
        writeln!(out, "220 scripted\r")?;
        while let Some(line) = lines.next().transpose()? {
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            match (word.as_str(), manner) {
                ("RCPT", Manner::RefusesRecipient) => writeln!(out, "550 5.1.1 <kim@zaro.test> no such mailbox\r")?,
                ("MAIL", Manner::RefusesSender) => writeln!(out, "530 5.7.0 sign in first\r")?,
                ("RCPT", Manner::RefusesForNow) => writeln!(out, "451 4.3.0 come back later\r")?,
                ("DATA", _) => {
                    writeln!(out, "354 go on\r")?;
                    for line in lines.by_ref() {
                        if line? == "." {
                            break;
                        }
                    }
                    if manner == Manner::HangsUpAfterData {
                        return Ok(());
                    }
                    writeln!(out, "250 taken\r")?;
                }
                ("QUIT", _) => return writeln!(out, "221 bye\r"),
                _ => writeln!(out, "250 fine\r")?,
            }
        }
        Ok(())
    }

    fn client(port: u16) -> Smtp {
        Smtp::new(&format!("smtp://127.0.0.1:{port}"), from(), clock()).expect("a client")
    }

    #[test]
    fn each_answer_of_a_mail_server_is_told_apart() {
        let send = |manner| client(server(manner)).send(&mail("kim@zaro.test"));
        assert!(matches!(send(Manner::Takes), Delivery::Accepted { .. }));
        assert!(matches!(send(Manner::RefusesForNow), Delivery::NotNow(_)));
        assert!(matches!(send(Manner::RefusesSender), Delivery::NotNow(_)), "a whole day's mail must not bounce");
        assert!(matches!(send(Manner::HangsUpAfterData), Delivery::Unclear(_)));
        match send(Manner::RefusesRecipient) {
            Delivery::Refused(words) => {
                assert!(words.contains("no such mailbox"), "{words}");
                assert!(!words.contains("kim@zaro.test"), "no address is kept: {words}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nobody_listening_means_later() {
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            listener.local_addr().expect("an address").port()
        };
        assert!(matches!(client(port).send(&mail("kim@zaro.test")), Delivery::NotNow(_)));
    }

    /// The real server that `scripts/test.sh --all` starts.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment which server to use")]
    fn a_real_mail_server_takes_it_and_shows_both_parts() {
        let (Ok(smtp), Ok(web)) = (std::env::var("TEST_SMTP_PORT"), std::env::var("TEST_MAIL_WEB_PORT")) else {
            return;
        };
        let to = format!("kim-{:08x}@zaro.test", u32::from_ne_bytes(zaro_core::secrets::random()));
        let sent = client(smtp.parse().expect("a port")).send(&mail(&to));
        assert!(matches!(sent, Delivery::Accepted { .. }), "{sent:?}");
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        let url = format!("http://127.0.0.1:{web}/api/email");
        let mails: serde_json::Value =
            agent.get(&url).call().expect("the server answers").body_mut().read_json().expect("JSON");
        let found = mails.as_array().expect("a list").iter().find(|mail| mail["to"][0]["address"] == to.as_str());
        let found = found.expect("the mail arrived");
        assert_eq!(found["subject"], "[ZARO] 이메일 주소를 확인해 주세요");
        assert_eq!(found["text"].as_str().map(str::trim), Some("안녕하세요, 자취왕님"));
        assert!(found["html"].as_str().is_some_and(|html| html.contains("<b>자취왕</b>")));
    }
}
