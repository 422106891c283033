//! Section EC: every code of the contract is reached by a request.

mod plain;
mod staged;

use axum::http::Method;
use zaro_api::error::table::standing;
use zaro_core::ports::Identity;
use zaro_core::{Code, Error};

use self::plain::{Request, Who};
use crate::support::{Answer, FakeKakao, Neighbour, Owner, Setup, TestApp};

/// An application with members to ask as.
struct Stage {
    app: TestApp,
    /// Has one of everything, and stays as they are as long as only plain requests are sent.
    kim: Owner,
    /// The same, for what changes them.
    park: Owner,
    /// Has nothing.
    lee: Owner,
    /// Whom the others read, like and follow.
    neighbour: Neighbour,
}

impl Stage {
    async fn new() -> Self {
        let kakao = FakeKakao(|token: &str| match token {
            "refused" => Err(Code::InvalidOauthToken.into()),
            "silence" => Err(Code::OauthUpstreamError.into()),
            "bug" => Err(Error::Internal("a bug on purpose".to_owned())),
            id => Ok(Identity { id: id.to_owned(), ..Identity::default() }),
        });
        let app = Setup::new().local_images().identity(kakao).build();
        let neighbour = app.neighbour().await;
        let mut kim = app.owner("kim", &neighbour);
        app.give_pictures(&mut kim).await;
        kim.name("long", "긴".repeat(1_001));
        kim.name("longest", "긴".repeat(65_536 / 3 + 1));
        let park = app.owner("park", &neighbour);
        let lee = app.newcomer("lee");
        Self { app, kim, park, lee, neighbour }
    }

    async fn send(&self, (who, method, path, body): Request) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let call = self.app.request(method, &self.kim.fill(path)).body(self.kim.fill(body));
        match who {
            Who::Nobody => call.send().await,
            Who::Kim => call.token(&self.kim.tokens.access).send().await,
            Who::Lee => call.token(&self.lee.tokens.access).send().await,
        }
    }
}

#[tokio::test]
async fn ec_every_code_is_reached_by_a_request() {
    let stage = Stage::new().await;
    // What changes something comes last.
    let mut staged = Vec::new();
    for code in Code::ALL {
        match plain::request(*code) {
            Some(request) => {
                stage.send(request).await.refused(standing(*code).0.as_u16(), code.as_str());
            }
            None => staged.push(*code),
        }
    }
    for code in staged {
        stage.reach(code).await.refused(standing(code).0.as_u16(), code.as_str());
    }
}
