//! The public listener.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use zaro_api::listener;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rl_a_request_knows_who_connected() {
    let router =
        Router::new().route("/", get(async |ConnectInfo(address): ConnectInfo<SocketAddr>| address.to_string()));
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("an address");
    tokio::spawn(listener::serve(socket, router, std::future::pending()));
    let told = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: zaro.test\r\nConnection: close\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        (answer, stream.local_addr().expect("an address").to_string())
    });
    let (answer, own) = told.await.expect("no panic");
    assert!(answer.ends_with(&format!("\r\n\r\n{own}")), "{answer}");
}
