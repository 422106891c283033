//! The built binary over real HTTP: from the first start to the last mail.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::Response;
use zaro_core::service::demo;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A daemon in a folder of its own; killed when the test is over, however it ends.
struct Daemon {
    folder: Rc<TempDir>,
    child: Child,
    greeting: String,
    url: String,
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaro-api"));
    // Nothing of the developer's own configuration may reach the test.
    command.env_clear().current_dir(folder).arg("--data-dir").arg(folder.join("data"));
    command
}

impl Daemon {
    fn start() -> Self {
        Self::start_in(Rc::new(tempfile::tempdir().expect("a folder")))
    }

    fn start_in(folder: Rc<TempDir>) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: Rc<TempDir>, more: &[&str]) -> Self {
        let log = File::create(folder.path().join("log")).expect("a file");
        let mut child = command(folder.path())
            .args(["--listen", "127.0.0.1:0", "--set", "server.log_format=json"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the daemon starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        let mut greeting = String::new();
        while !greeting.contains("/api/posts") {
            let line = lines.next().unwrap_or_else(|| panic!("{}", read(&folder.path().join("log"))));
            greeting += &line.expect("a line");
            greeting.push('\n');
        }
        let first = greeting.lines().next().expect("a line");
        let url = first.strip_prefix("ZARO listens on ").expect("an address").to_owned();
        Self { folder, child, greeting, url }
    }

    fn log(&self) -> String {
        read(&self.folder.path().join("log"))
    }

    fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {token}"))
            .body(body.to_string())
            .expect("a request");
        let mut response = agent().run(request).expect("an answer");
        (response.status().as_u16(), response.body_mut().read_json().expect("JSON"))
    }

    /// The signal that asks it to end.
    fn terminate(&self) {
        let sent = Command::new("kill").arg(self.child.id().to_string()).status().expect("`kill` runs");
        assert!(sent.success());
    }

    fn wait(&mut self) -> ExitStatus {
        until("the daemon ends", || self.child.try_wait().expect("a child"))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already, as it should.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(PATIENCE)).build().into()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

/// Asks again and again, up to [`PATIENCE`].
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// The decoded text part of a mail.
fn text_part(mail: &str) -> String {
    let mail = mail.replace("\r\n", "\n");
    let boundary = mail.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a boundary");
    let part = mail.split(&format!("--{boundary}")).find(|part| part.contains("text/plain")).expect("a text part");
    let (headers, body) = part.split_once("\n\n").expect("headers and a body");
    let encoding = headers.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ")).unwrap_or("7bit");
    let bytes = match encoding {
        "base64" => BASE64_STANDARD.decode(body.replace('\n', "")).expect("base64"),
        "quoted-printable" => unquote(&body.replace("=\n", "")),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).expect("UTF-8")
}

/// Quoted-printable without its soft line breaks.
fn unquote(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let code: Vec<u8> = rest.by_ref().take(2).collect();
            let code = str::from_utf8(&code).expect("two digits");
            bytes.push(u8::from_str_radix(code, 16).expect("a hexadecimal number"));
        } else {
            bytes.push(byte);
        }
    }
    bytes
}

/// The link in the only mail of the outbox.
fn mailed_link(daemon: &Daemon) -> String {
    let outbox = daemon.folder.path().join("data/outbox");
    let file = until("a mail", || {
        let files = fs::read_dir(&outbox).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        files.filter(|path| path.extension().is_some_and(|kind| kind == "eml")).max()
    });
    let text = text_part(&read(&file));
    let link = text.split_whitespace().find(|word| word.contains("/api/auth/email/verify?token="));
    link.unwrap_or_else(|| panic!("no link: {text}")).to_owned()
}

#[test]
fn from_sign_up_to_a_first_comment() {
    let mut daemon = Daemon::start();
    assert!(daemon.greeting.contains(&format!("curl -X POST {}/api/auth/signup", daemon.url)), "{}", daemon.greeting);
    assert!(daemon.greeting.contains("outbox"), "where mails land: {}", daemon.greeting);

    let (email, password) = ("Kim@zaro.example", "Zaro-test1");
    let draft = json!({ "email": email, "password": password, "nickname": "자취생" });
    assert_eq!(daemon.call("POST", "/api/auth/signup", "", &draft).0, 201);
    let link = mailed_link(&daemon);
    assert!(link.starts_with(&format!("{}/api/auth/email/verify?token=", daemon.url)), "{link}");

    let (status, body) = daemon.call("POST", "/api/auth/signin", "", &draft);
    assert_eq!(status, 200, "{body}");
    let token = body["data"]["accessToken"].as_str().expect("a token").to_owned();
    assert_eq!(daemon.call("GET", "/api/users/my", &token, &json!({})).1["data"]["isValidated"], json!(false));

    let clicked: Response<_> = agent().run(ureq::http::Request::get(&link).body(()).expect("a request")).expect("302");
    assert_eq!(clicked.status().as_u16(), 302);
    assert_eq!(clicked.headers()["location"], "http://localhost:3000/login");
    let me = daemon.call("GET", "/api/users/my", &token, &json!({})).1;
    assert_eq!((&me["data"]["isValidated"], &me["data"]["nickname"]), (&json!(true), &json!("자취생")));
    write_read_and_comment(&daemon, &token);
    let (status, refused) = daemon.call("GET", "/api/users/my", "x", &json!({}));
    assert_eq!((status, &refused["code"]), (401, &json!("AUTH_REQUIRED")));

    daemon.terminate();
    until("it is not ready any more", || (daemon.call("GET", "/readyz", "", &json!({})).0 == 503).then_some(()));
    assert!(daemon.wait().success(), "{}", daemon.log());
    let log = daemon.log();
    let trace_id = refused["traceId"].as_str().expect("a trace id");
    assert!(log.lines().any(|line| line.contains(trace_id) && line.contains("AUTH_REQUIRED")), "{log}");
    for line in log.lines() {
        serde_json::from_str::<Value>(line).expect("each line is JSON");
    }
    let secret = link.split('=').nth(1).expect("a secret");
    for private in [email, &email.to_lowercase(), password, &token, secret, "자취생"] {
        assert!(!log.contains(private), "H16: `{private}` in the log: {log}");
    }
}

/// What a member comes for.
fn write_read_and_comment(daemon: &Daemon, token: &str) {
    let draft = json!({ "title": "첫 글", "content": "반갑습니다", "category": "DAILY_LIFE", "tag": "TIPS" });
    let (status, written) = daemon.call("POST", "/api/posts", token, &draft);
    assert_eq!(status, 200, "{written}");
    let post = format!("/api/posts/{}", written["data"]["postId"]);
    let (status, read) = daemon.call("GET", &post, token, &json!({}));
    assert_eq!((status, &read["data"]["content"]), (200, &json!("반갑습니다")));
    let comments = format!("{post}/comments");
    let (status, commented) = daemon.call("POST", &comments, token, &json!({ "content": "첫 댓글" }));
    assert_eq!(status, 201, "{commented}");
    let listed = daemon.call("GET", &comments, token, &json!({})).1;
    assert_eq!(listed["data"]["content"][0]["content"], "첫 댓글");
    let list = daemon.call("GET", "/api/posts?category=DAILY_LIFE", "", &json!({})).1;
    assert_eq!(
        (&list["data"]["content"][0]["title"], &list["data"]["content"][0]["commentCount"]),
        (&json!("첫 글"), &json!(1))
    );
}

#[test]
fn members_and_tokens_survive_a_crash() {
    let first = Daemon::start();
    let draft = json!({ "email": "kim@zaro.example", "password": "Zaro-test1", "nickname": "kim" });
    assert_eq!(first.call("POST", "/api/auth/signup", "", &draft).0, 201);
    let body = first.call("POST", "/api/auth/signin", "", &draft).1;
    let token = body["data"]["accessToken"].as_str().expect("a token");
    let folder = first.folder.clone();
    drop(first);
    let second = Daemon::start_in(folder);
    assert_eq!(second.call("GET", "/api/users/my", token, &json!({})).0, 200);
}

/// Runs it to its end, which must come by itself; exit code, stdout, stderr.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut child =
        command(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a start");
    let status = until("it refuses", || child.try_wait().expect("a child"));
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("stdout").read_to_string(&mut out).expect("a text");
    child.stderr.take().expect("stderr").read_to_string(&mut err).expect("a text");
    (status.code(), out, err)
}

#[test]
fn a_port_in_use_is_named_before_anything_is_written() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, err) = run(folder.path(), &["--listen", &address]);
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.starts_with(&format!("error: `{address}` is in use")) && err.contains("\nhint: "), "{err}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_bad_configuration_is_told_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, told) in [
        (["--listen", "here"], "`server.listen` (command line) is `here`"),
        (["--set", "database.pool=1"], "`database.pool` (command line) is `1`"),
        (["--set", "server.log=zaro=loud"], "`server.log`"),
        (["--set", "nonsense=1"], "names `nonsense`"),
        (["--database-url", "oracle://x"], "has the scheme `oracle`"),
        (["--config", "missing.toml"], "`missing.toml` cannot be read"),
    ] {
        let (code, out, err) = run(folder.path(), &arguments);
        assert_eq!((code, &*out), (Some(2), ""), "{err}");
        assert!(err.starts_with("error: ") && err.contains(told) && err.contains("\nhint: "), "{err}");
    }
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_newcomer_finds_a_community_and_a_second_start_keeps_it() {
    let folder = Rc::new(tempfile::tempdir().expect("a folder"));
    let mut written = Vec::new();
    for _ in 0..2 {
        let daemon = Daemon::start_with(Rc::clone(&folder), &["--demo"]);
        let body = json!({ "email": demo::DEMO_EMAIL, "password": demo::DEMO_PASSWORD });
        let (status, answer) = daemon.call("POST", "/api/auth/signin", "", &body);
        assert_eq!(status, 200, "{answer}");
        let token = answer["data"]["accessToken"].as_str().expect("a token").to_owned();
        let (status, answer) = daemon.call("GET", "/api/posts?category=DAILY_LIFE", "", &json!({}));
        assert_eq!((status, answer["data"]["content"].as_array().map(Vec::len)), (200, Some(10)), "{answer}");
        let first = answer["data"]["content"][0]["postId"].clone();
        let (status, answer) = daemon.call("GET", &format!("/api/posts/{first}"), &token, &json!({}));
        assert_eq!((status, &answer["data"]["postId"]), (200, &first), "{answer}");
        written.push(first);
    }
    assert_eq!(written.first(), written.last(), "the community is the same");
}

/// Reads from a socket up to this text, or to its end.
fn read_until(socket: &mut TcpStream, text: &str) -> String {
    let mut bytes = Vec::new();
    loop {
        let so_far = String::from_utf8_lossy(&bytes).into_owned();
        let mut more = [0; 1024];
        if so_far.contains(text) {
            return so_far;
        }
        match socket.read(&mut more).expect("something in time") {
            0 => return so_far,
            count => bytes.extend(&more[..count]),
        }
    }
}

#[test]
fn o3_n10_a_stop_ends_the_streams_and_the_next_start_sends_their_clients_for_a_new_token() {
    let mut daemon = Daemon::start();
    let draft = json!({ "email": "kim@zaro.example", "password": "Zaro-test1", "nickname": "kim" });
    assert_eq!(daemon.call("POST", "/api/auth/signup", "", &draft).0, 201);
    let signed_in = daemon.call("POST", "/api/auth/signin", "", &draft).1;
    let token = |name: &str| signed_in["data"][name].as_str().expect("a token").to_owned();
    let (access, refresh) = (token("accessToken"), token("refreshToken"));

    let address = daemon.url.strip_prefix("http://").expect("an address").to_owned();
    let connect = || TcpStream::connect(&address);
    let mut stream = connect().expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let request = format!(
        "GET /api/notifications/subscribe HTTP/1.1\r\nHost: zaro.test\r\nAuthorization: Bearer {access}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    read_until(&mut stream, "event:connect\ndata:");
    let metrics = daemon.greeting.lines().find_map(|line| line.strip_prefix("metrics: ")).expect("an address");
    let page = agent().get(metrics).call().expect("metrics").body_mut().read_to_string().expect("a text");
    assert!(page.contains("\nzaro_streams_open 1\n"), "{page}");

    daemon.terminate();
    until("it is not ready", || (daemon.call("GET", "/readyz", "", &json!({})).0 == 503).then_some(()));
    assert_eq!(daemon.call("GET", "/api/notifications", &access, &json!({})).0, 200, "the grace time serves everybody");
    assert!(read_until(&mut stream, "0\r\n\r\n").ends_with("0\r\n\r\n"), "the stream ends as an answer ends");
    until("new connections are refused", || connect().is_err().then_some(()));
    assert!(daemon.wait().success(), "{}", daemon.log());

    let next = Daemon::start_in(Rc::clone(&daemon.folder));
    let (status, answer) = next.call("GET", "/api/notifications", &access, &json!({}));
    assert_eq!((status, &answer["code"]), (401, &json!("AUTH_REQUIRED")));
    let (status, answer) = next.call("POST", "/api/auth/refresh", &refresh, &json!({}));
    assert_eq!(status, 200, "{answer}");
    let fresh = answer["data"]["accessToken"].as_str().expect("a token");
    assert_eq!(next.call("GET", "/api/notifications", fresh, &json!({})).0, 200);
}

#[test]
fn h1_the_operator_listener_is_where_it_is_told_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let setting = format!("server.operator_listen={address}");
    let (code, out, err) = run(folder.path(), &["--listen", "127.0.0.1:0", "--set", &setting]);
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.contains(&format!("`{address}` is in use")) && err.contains("ZARO_OPERATOR_LISTEN"), "{err}");
    assert!(!folder.path().join("data").exists());

    let off = Daemon::start_with(Rc::new(folder), &["--set", "server.operator_listen=off"]);
    assert!(off.greeting.contains("\nmetrics: off\n"), "{}", off.greeting);
    assert_eq!(off.call("GET", "/readyz", "", &json!({})).0, 200);
}
