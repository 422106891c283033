//! `/api/search…`

mod es;
mod suggest;

use chrono::TimeDelta;
use zaro_core::policy::retention::Limit;
use zaro_core::testing::NoSearch;

use crate::support::{Answer, Setup, TestApp};

/// An application whose index is built, with posts of these titles, the last one newest.
async fn with_posts(titles: &[&str]) -> TestApp {
    let app = TestApp::new();
    let kim = app.member("kim", zaro_core::types::Status::Active);
    for title in titles {
        super::posts::write(&app, &kim, super::posts::good_but(serde_json::json!({ "title": title }))).await;
        app.world.advance(TimeDelta::seconds(1));
    }
    app.world.index();
    app
}

async fn get(app: &TestApp, path: &str, from: Option<&str>) -> Answer {
    let mut call = app.get(path);
    if let Some(address) = from {
        call = call.from(address);
    }
    call.send().await
}

/// An application that grants this many searches.
fn granting(count: u32) -> TestApp {
    let mut policy = zaro_core::policy::retention::Policy::default();
    policy.limits.searches = Limit::new(count, 60);
    let mut setup = Setup::new();
    setup.world.ctx.policy = std::sync::Arc::new(policy);
    setup.build()
}

fn without_index() -> TestApp {
    Setup::new().search(NoSearch).build()
}
