//! Texts from a file.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use zaro_core::Error;
use zaro_core::service::demo::{DemoPlan, load};
use zaro_core::testing::World;

use super::{count, loaded, plan, texts};

/// A gzipped file of these lines in the world's folder.
fn gzipped(world: &World, lines: &[u8]) -> PathBuf {
    let path = world.test_db.folder().join("texts.tsv.gz");
    let mut file = GzEncoder::new(std::fs::File::create(&path).expect("a file"), Compression::fast());
    file.write_all(lines).expect("lines");
    file.finish().expect("the end");
    path
}

#[test]
fn texts_can_come_from_a_file() {
    let world = World::new();
    let text = gzipped(&world, "1\t첫째 문장입니다\n2\t둘째 문장입니다\n3\t셋째 문장입니다".as_bytes());
    loaded(&world, &DemoPlan { text: Some(text), ..plan(&world, 200) });
    let foreign = count(&world, "SELECT COUNT(*) AS n FROM posts WHERE content NOT LIKE '%째 문장입니다'");
    assert_eq!(foreign, 0);
    let comments = texts(&world, "SELECT content AS text FROM comments");
    assert!(comments.iter().all(|comment| comment.ends_with("째 문장입니다")));
}

#[test]
fn a_bad_file_is_named_with_the_line_before_anything_is_written() {
    let world = World::new();
    for (lines, expected) in [
        (&b"1\tgood\nbad"[..], "line 2: no tab between id and text"),
        (b"1\tgood\n2\t\xff\n", "line 2: not UTF-8"),
        (b"1\t  \n", "line 1: no text after the tab"),
        (b"", "line 1: the file is empty"),
    ] {
        let text = Some(gzipped(&world, lines));
        let error = load(&world.ctx, &DemoPlan { text, ..plan(&world, 200) }, &mut |_| ControlFlow::Continue(()));
        let error = error.expect_err("a refusal").to_string();
        assert!(error.contains("texts.tsv.gz") && error.contains(expected), "{error}");
    }
    let path = world.test_db.folder().join("plain.tsv");
    std::fs::write(&path, "1\tnot packed\n").expect("a file");
    let plain = DemoPlan { text: Some(path), ..plan(&world, 200) };
    let error = load(&world.ctx, &plain, &mut |_| ControlFlow::Continue(())).expect_err("a refusal");
    assert!(matches!(&error, Error::Precondition(text) if text.contains("line 1: ")), "{error}");
    assert_eq!(count(&world, "SELECT COUNT(*) AS n FROM users"), 0);
}
