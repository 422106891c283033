//! What operators do about the index.

use zaro_core::adapters::embedded::EmbeddedIndex;
use zaro_core::service::search::desk::{self, Reindex};
use zaro_core::testing::World;
use zaro_core::types::Status;

use super::{found, write};

#[test]
fn q9_an_operator_builds_it_anew_where_nobody_writes() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    let post = write(&world, kim, "자취 요리", "라면");
    let status = desk::status(&world.ctx).expect("a look");
    assert_eq!((status.documents, status.posts), (None, 1));
    assert!(status.waits_since.is_some());
    assert_eq!(desk::reindex(&world.ctx).expect("an index"), Reindex::Done);
    assert_eq!(desk::status(&world.ctx).expect("a look").documents, Some(1));
    assert_eq!(found(&world, "요리"), [post]);
}

#[test]
fn q9_where_the_daemon_writes_it_is_asked() {
    let world = World::new();
    let kim = world.member("kim", Status::Active);
    write(&world, kim, "자취 요리", "라면");
    world.index();
    let mut operator = world.ctx.clone();
    operator.search = std::sync::Arc::new(EmbeddedIndex::new(&world.test_db.folder().join("search")));
    assert_eq!(desk::reindex(&operator).expect("a wish"), Reindex::Asked);
    assert_eq!(desk::reindex(&operator).expect("the same wish"), Reindex::Asked);
    assert!(desk::status(&operator).expect("a look").reindex.is_some());
    assert_eq!(desk::status(&operator).expect("a look").documents, Some(1), "the present one serves until then");
    let generations = || {
        let entries = std::fs::read_dir(world.test_db.folder().join("search")).expect("a folder").flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.starts_with('v')).collect::<Vec<_>>()
    };
    let before = generations();
    world.index();
    assert!(desk::wanted(&world.ctx).expect("a look").is_none());
    assert_ne!(generations(), before, "a new one serves");
    assert_eq!(desk::status(&world.ctx).expect("a look").documents, Some(1));
}
