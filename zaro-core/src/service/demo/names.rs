//! Nicknames: an adjective, a noun, and from the second round on a number.

use super::dice::Shuffle;

const ADJECTIVES: &str = "\
    느긋한 부지런한 배고픈 졸린 포근한 씩씩한 조용한 엉뚱한 알뜰한 다정한 수줍은 용감한 게으른 명랑한 차분한 반짝이는 꼼꼼한 \
    든든한 말랑한 바삭한 촉촉한 새침한 심심한 행복한 나른한 산뜻한 소박한 당당한 상냥한 푸른 하얀 노란 작은 커다란 달콤한 \
    고소한 매콤한 따뜻한 시원한 느린 재빠른 친절한 호기심 혼자사는 퇴근한 산책하는 요리하는 청소하는 빨래하는 노래하는 춤추는 \
    책읽는 늦잠자는 새벽의 옥탑방 반지하 원룸의 투룸의 골목길 햇살좋은 비오는날 첫눈같은 봄날의 동네";

const NOUNS: &str = "\
    고양이 강아지 다람쥐 너구리 고슴도치 펭귄 수달 토끼 여우 곰돌이 판다 햄스터 참새 부엉이 거북이 돌고래 고래 라마 알파카 \
    코알라 감자 고구마 당근 양파 토마토 귤 복숭아 수박 딸기 식빵 붕어빵 호떡 만두 김밥 라면 떡볶이 두부 계란 치즈 푸딩 쿠키 \
    도넛 커피 보리차 화분 선인장 민들레 은행잎 소나무 구름 별님 달님 바람 노을 눈사람 우산 양말 이불 베개 냄비 숟가락 의자 \
    전등 이웃";

/// Adjectives with nouns.
const PAIRS: u64 = 64 * 64;
/// Numbers from 1 to this follow a name; prime, so that every step through them visits them all.
const LAST_NUMBER: u64 = 9973;
/// How many different nicknames there are.
const COUNT: u64 = PAIRS * (LAST_NUMBER + 1);
const _: () = assert!(COUNT > super::MEMBERS_MAX, "everybody needs a nickname");

/// The nicknames of one community.
#[derive(Clone, Debug)]
pub(super) struct Names {
    adjectives: Vec<&'static str>,
    nouns: Vec<&'static str>,
    pairs: Shuffle,
    salt: u64,
}

impl Names {
    pub(super) fn new(salt: u64) -> Self {
        Self {
            adjectives: ADJECTIVES.split_whitespace().collect(),
            nouns: NOUNS.split_whitespace().collect(),
            pairs: Shuffle::new(PAIRS, salt),
            salt,
        }
    }

    /// The nickname with this index below [`COUNT`]; no two are alike.
    pub(super) fn at(&self, index: u64) -> String {
        let pair = usize::try_from(self.pairs.at(index)).unwrap_or_default();
        let (adjective, noun) = (self.adjectives[pair / self.nouns.len()], self.nouns[pair % self.nouns.len()]);
        match index / PAIRS {
            0 => format!("{adjective}{noun}"),
            // A step of its own, or the numbers would tell in which order people came.
            round => format!("{adjective}{noun}{}", 1 + (round * 1234 + self.salt) % LAST_NUMBER),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::error::Code;
    use crate::policy::credential::Nickname;
    use crate::policy::retention::NicknameRules;
    use crate::service::demo::DEMO_NICKNAME;

    #[test]
    fn nicknames_are_valid_free_and_all_different() {
        let (names, rules) = (Names::new(99), NicknameRules::default());
        assert_eq!((names.adjectives.len() * names.nouns.len()) as u64, PAIRS);
        let mut seen = BTreeSet::from([DEMO_NICKNAME.to_owned()]);
        for index in (0..20_000).chain(COUNT - 20_000..COUNT) {
            let text = names.at(index);
            let name = Nickname::parse(&text, Code::NicknameRequired).expect("a valid nickname");
            assert!(!name.is_reserved(&rules), "{text}");
            assert!(seen.insert(name.key), "{text} twice");
        }
    }
}
