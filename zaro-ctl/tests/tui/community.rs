//! A small community whose every row is the same each time.

use chrono::TimeDelta;
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::service::post::{self, PostDraft};
use zaro_core::service::report::{self, ReportDraft};
use zaro_core::testing::World;
use zaro_core::types::{CommentId, PostId, Status, Target, UserId};

/// Members who report.
const REPORTERS: [&str; 6] = ["이웃집", "새내기", "반지하", "옥탑방", "고시원", "투룸러"];

/// What members wrote: author, title, text.
const POSTS: [(&str, &str, &str); 6] = [
    ("자취왕", "자취 3년차가 알려주는 월세 계약 꿀팁", "등기부등본부터 **꼭** 확인하세요.\n\n확정일자는 이사 당일에!"),
    ("광고맨", "★초특가★ 원룸 가전 세트 팝니다", "지금 바로 http://spam.example 클릭!!! 선착순 100명"),
    ("광고맨", "가전 세트 마지막 수량", "텔레그램으로 연락 주세요"),
    ("화난사람", "옆집 소음 때문에 미치겠네", "진짜 ㅁㅊ놈들 가만 안 둔다"),
    ("혼밥러", "신림동 백반집 추천", "오천원에 이 구성이면 자취생의 천국"),
    ("사기꾼", "보증금 없이 입주하실 분", "계약금만 먼저 보내 주시면 됩니다"),
];

pub(crate) struct Community {
    pub(crate) world: World,
    pub(crate) posts: Vec<PostId>,
    pub(crate) comment: CommentId,
    pub(crate) authors: Vec<UserId>,
}

/// Members, posts, a comment and reports: the second post is hidden by five of them.
pub(crate) fn community() -> Community {
    let world = World::new();
    let mut authors: Vec<(&str, UserId)> = Vec::new();
    for (name, ..) in POSTS {
        if !authors.iter().any(|(other, _)| *other == name) {
            authors.push((name, world.member(name, Status::Active)));
        }
    }
    let reporters: Vec<UserId> = REPORTERS.iter().map(|name| world.member(name, Status::Active)).collect();
    world.member("휴면회원", Status::Dormant);
    world.member("대기중", Status::Pending);
    world.member("떠난이", Status::Deleted);
    let mut posts = Vec::new();
    for (name, title, content) in POSTS {
        world.advance(TimeDelta::minutes(7));
        let author = authors.iter().find(|(other, _)| *other == name).expect("an author").1;
        posts.push(write(&world, author, title, content));
    }
    let draft = CommentDraft { content: "너나 조용히 해라 멍청아".into(), ..CommentDraft::default() };
    let comment = comment::create(&world.ctx, authors[2].1, posts[4], &draft, 20).expect("a comment").0.id;
    for (post, reason, count) in [(1, "SPAM", 5), (5, "FRAUD", 3), (2, "SPAM", 1), (3, "INSULT", 2)] {
        world.advance(TimeDelta::minutes(31));
        for reporter in reporters.iter().take(count) {
            report(&world, *reporter, Target::Post(posts[post]), reason);
        }
    }
    report(&world, reporters[5], Target::Comment(comment), "INSULT");
    world.advance(TimeDelta::hours(5));
    Community { world, posts, comment, authors: authors.into_iter().map(|(_, id)| id).collect() }
}

pub(crate) fn write(world: &World, author: UserId, title: &str, content: &str) -> PostId {
    let draft = PostDraft {
        title: title.into(),
        content: content.into(),
        category: "TOGETHER".into(),
        tag: "SHARING".into(),
        ..PostDraft::default()
    };
    post::create(&world.ctx, author, &draft).expect("a post").post.id
}

pub(crate) fn report(world: &World, reporter: UserId, target: Target, reason: &str) {
    let draft = ReportDraft { reason_type: reason.into(), reason_text: "신고 사유를 적습니다".into() };
    report::create(&world.ctx, reporter, target, &draft).expect("a report");
}
