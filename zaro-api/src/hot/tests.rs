//! Pages over a clock that is moved by hand, and builds that wait for a gate.

use std::future::ready;
use std::sync::atomic::AtomicUsize;

use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};
use zaro_core::Error;

use super::*;
use crate::envelope::{IfNoneMatch, Success};

const BOARD: Page = Page::Board(None, None, 0);

/// Pages over a clock that is moved by hand; each tells the number of its build.
#[derive(Clone)]
struct Bench {
    hot: Arc<Hot>,
    now: Arc<Mutex<Time>>,
    builds: Arc<AtomicUsize>,
}

impl Bench {
    fn new(patience: Duration) -> Self {
        let now = Time::parse("2026-03-01T03:00:00Z").expect("an instant");
        Self { hot: Arc::new(Hot::new(patience)), now: Arc::new(Mutex::new(now)), builds: Arc::default() }
    }

    fn patient() -> Self {
        Self::new(Duration::from_hours(1))
    }

    fn advance(&self, by: TimeDelta) {
        let mut now = self.now.lock().expect("a clock");
        *now = now.plus(by);
    }

    /// Asks for a page, which a build must wait for this to make.
    async fn get(
        &self,
        page: Page,
        wait: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) -> Result<usize, Code> {
        let builds = Arc::clone(&self.builds);
        let build = || async move {
            let number = builds.fetch_add(1, Ordering::SeqCst) + 1;
            wait.await?;
            Ok(Success::ok("쪽", number).write()?)
        };
        let written = self.hot.get(page, || *self.now.lock().expect("a clock"), build).await;
        let answer = written.map_err(|error| error.code())?.answer(&IfNoneMatch::default());
        let bytes = axum::body::to_bytes(answer.into_body(), 1000).await.expect("a body");
        let body: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        Ok(usize::try_from(body["data"].as_u64().expect("a number")).expect("small"))
    }

    async fn at_once(&self, page: Page) -> Result<usize, Code> {
        self.get(page, ready(Ok(()))).await
    }

    async fn while_away(&self, page: Page) -> Result<usize, Code> {
        self.get(page, ready(Err(away()))).await
    }

    /// Asks in a task of its own, and lets it go as far as it gets; its build waits for the gate.
    async fn begin(&self, page: Page, gate: &Arc<Semaphore>) -> JoinHandle<Result<usize, Code>> {
        let (bench, gate) = (self.clone(), Arc::clone(gate));
        let wait = async move {
            gate.acquire().await.expect("an open gate").forget();
            Ok(())
        };
        let task = tokio::spawn(async move { bench.get(page, wait).await });
        // One task asks, another one builds: both run to where they wait before we go on.
        for _ in 0..4 {
            yield_now().await;
        }
        task
    }
}

fn away() -> Error {
    Error::Unavailable { what: "the database", why: "a test".to_owned() }
}

fn gate() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(0))
}

#[tokio::test]
async fn one_build_serves_all_who_wait() {
    let (bench, gate) = (Bench::patient(), gate());
    let mut waiting = Vec::new();
    for _ in 0..100 {
        waiting.push(bench.begin(Page::Home, &gate).await);
    }
    assert_eq!(bench.at_once(Page::Rank).await, Ok(2), "each page is built by itself");
    gate.add_permits(1);
    for task in waiting {
        assert_eq!(task.await.expect("an answer"), Ok(1));
    }
    assert_eq!(bench.builds.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn rk4_a_page_is_kept_for_a_quarter_of_a_second() {
    let bench = Bench::patient();
    for (wait, number) in [(0, 1), (250, 1), (1, 2), (250, 2), (251, 3), (-1000, 4), (250, 4)] {
        bench.advance(TimeDelta::milliseconds(wait));
        assert_eq!(bench.at_once(BOARD).await, Ok(number), "after {wait} ms");
    }
}

#[tokio::test]
async fn what_is_written_here_is_seen_at_once() {
    let (bench, gate) = (Bench::patient(), gate());
    assert_eq!((bench.at_once(BOARD).await, bench.at_once(Page::Home).await), (Ok(1), Ok(2)));
    bench.hot.forget();
    assert_eq!((bench.at_once(BOARD).await, bench.at_once(Page::Home).await), (Ok(3), Ok(4)));
    // A build that had begun before the write serves those who came before it, and nobody after.
    let before = bench.begin(Page::Rank, &gate).await;
    bench.hot.forget();
    let after = bench.begin(Page::Rank, &gate).await;
    gate.add_permits(2);
    assert_eq!((before.await.expect("an answer"), after.await.expect("an answer")), (Ok(5), Ok(6)));
}

#[tokio::test]
async fn a_slow_build_serves_who_came_before_it_began_however_old_it_is() {
    let (bench, gate) = (Bench::patient(), gate());
    let first = bench.begin(BOARD, &gate).await;
    bench.advance(TimeDelta::seconds(3));
    let late = [bench.begin(BOARD, &gate).await, bench.begin(BOARD, &gate).await, bench.begin(BOARD, &gate).await];
    gate.add_permits(2);
    assert_eq!(first.await.expect("an answer"), Ok(1));
    for task in late {
        assert_eq!(task.await.expect("an answer"), Ok(2), "one more build for all of them");
    }
}

#[tokio::test]
async fn h17_home_and_ranking_outlive_the_database_for_ten_minutes() {
    let bench = Bench::patient();
    for page in [Page::Home, Page::Rank] {
        let built = bench.at_once(page).await.expect("a page");
        for step in [251, 999, 1, 598_749] {
            bench.advance(TimeDelta::milliseconds(step));
            assert_eq!(bench.while_away(page).await, Ok(built), "after {step} ms more");
            // The builds that answers do not wait for.
            yield_now().await;
        }
        bench.advance(TimeDelta::milliseconds(1));
        assert_eq!(bench.while_away(page).await, Err(Code::ServiceUnavailable), "ten minutes are over");
        assert!(bench.at_once(page).await.expect("a page") > built);
    }
}

#[tokio::test]
async fn h17_a_database_that_is_away_is_left_alone_for_a_second_and_then_asked_in_the_background() {
    let (bench, gate) = (Bench::patient(), gate());
    assert_eq!(bench.at_once(Page::Home).await, Ok(1));
    bench.advance(TimeDelta::seconds(5));
    assert_eq!(bench.while_away(Page::Home).await, Ok(1));
    bench.advance(TimeDelta::milliseconds(999));
    assert_eq!(bench.at_once(Page::Home).await, Ok(1));
    assert_eq!(bench.builds.load(Ordering::SeqCst), 2, "left alone");
    bench.advance(TimeDelta::milliseconds(1));
    assert_eq!(bench.begin(Page::Home, &gate).await.await.expect("an answer"), Ok(1), "nobody waits for it");
    gate.add_permits(1);
    for _ in 0..4 {
        yield_now().await;
    }
    assert_eq!(bench.at_once(Page::Home).await, Ok(3), "it is back");
}

#[tokio::test]
async fn h17_a_database_that_does_not_answer_is_waited_for_once() {
    let (bench, gate) = (Bench::new(Duration::from_millis(1)), gate());
    assert_eq!(bench.at_once(Page::Rank).await, Ok(1));
    bench.advance(TimeDelta::seconds(5));
    assert_eq!(bench.begin(Page::Rank, &gate).await.await.expect("an answer"), Ok(1), "after a millisecond");
    assert_eq!(bench.at_once(Page::Rank).await, Ok(1), "at once: the same build is still under way");
    assert_eq!(bench.builds.load(Ordering::SeqCst), 2);
    gate.add_permits(1);
    for _ in 0..4 {
        yield_now().await;
    }
    assert_eq!(bench.at_once(Page::Rank).await, Ok(2));
}

#[tokio::test]
async fn other_pages_and_other_failures_are_told_to_all_who_wait() {
    let bench = Bench::patient();
    assert_eq!((bench.at_once(BOARD).await, bench.at_once(Page::Home).await), (Ok(1), Ok(2)));
    bench.advance(TimeDelta::seconds(1));
    assert_eq!(bench.while_away(BOARD).await, Err(Code::ServiceUnavailable));
    assert_eq!(bench.at_once(BOARD).await, Ok(4), "asked again at once");
    let broken = ready(Err(Error::Internal("a test".to_owned())));
    assert_eq!(bench.get(Page::Home, broken).await, Err(Code::InternalServerError), "a fault is not hidden");
    assert_eq!(bench.get(Page::Home, async { panic!("a test") }).await, Err(Code::InternalServerError));
    assert_eq!(bench.at_once(Page::Home).await, Ok(7));
}

#[test]
fn what_routes_write_that_is_shown() {
    for (route, shown) in [
        ("/api/posts", true),
        ("/api/posts/{postId}/like", true),
        ("/api/comments/{commentId}", true),
        ("/api/users/me/nickname", true),
        ("/api/auth/refresh", false),
        ("/api/follow/{userId}", false),
    ] {
        assert_eq!(is_shown(route), shown, "{route}");
    }
}
