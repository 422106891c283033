//! 어미: what verbs and adjectives end with.
//!
//! A conjugated form is brought to one key that all forms of its verb share: 추운, 추워요, 춥네요 → `추우`. The key is no
//! word; irregular classes are merged by always doing what the irregular ones do (굽다 and 눕다 both lose their ㅂ), which
//! needs no dictionary and lets a few verbs of one syllable fall together (듣다 and 들다).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::hangul::{Syllable, coda_number, is_syllable};

/// Endings, by syllables; one that begins with a consonant takes it from the end of the syllable before it.
#[rustfmt::skip]
const TAILS: &[&str] = &[
    "다", "고", "지", "죠", "지요", "지만", "지는", "지도", "지가", "질", "네", "네요", "니", "니까", "나", "나요", "냐", "냐고",
    "는", "는데", "는데요", "는지", "는지요", "는군요", "는다", "는다고", "는다는", "는다면", "는가", "는가요", "는구나", "는거",
    "면", "면서", "며", "려고", "려면", "려는", "러", "게", "게요", "도록", "거나", "거든", "거든요", "든지", "던", "던데",
    "던데요", "더라", "더라고요", "더라구요", "더니", "다가", "다고", "다는", "다니", "다면", "구나", "군요", "군", "길래", "자",
    "자마자", "기", "기가", "기는", "기도", "기를", "기에", "기만", "기엔", "기로", "기엔", "기까지", "세요", "십시오",
    "어", "아", "여", "어요", "아요", "여요", "어서", "아서", "여서", "어도", "아도", "여도", "어야", "아야", "여야", "어라", "아라",
    "어야지", "아야지", "어야죠", "아야죠", "었", "았", "였",
    "은", "은데", "은데요", "은지", "은가", "은가요", "을", "을까", "을까요", "을게", "을게요", "을래", "을래요", "을지", "을수록",
    "음", "으면", "으면서", "으며", "으려고", "으려면", "으러", "으니", "으니까", "으세요", "으십시오", "으신", "으실",
    "읍시다", "습니다", "습니까", "습니다만", "요", "서", "도", "야", "야지", "야죠", "라", "라고",
    "ㄴ", "ㄴ데", "ㄴ데요", "ㄴ지", "ㄴ가", "ㄴ가요", "ㄴ다", "ㄴ다고", "ㄴ다는", "ㄴ다면", "ㄴ거",
    "ㄹ", "ㄹ까", "ㄹ까요", "ㄹ게", "ㄹ게요", "ㄹ께요", "ㄹ래", "ㄹ래요", "ㄹ지", "ㄹ수록", "ㄹ만한", "ㅁ", "ㅂ니다", "ㅂ니까", "ㅂ시다",
];

/// Last syllables of forms that end in the stem itself, melted with 아 or 어: 구해, 마셔, 배워.
const MELTED: [char; 20] = [
    '해', '돼', '줘', '봐', '와', '려', '셔', '져', '켜', '여', '춰', '워', '꿔', '둬', '뻐', '빠', '커', '써', '내',
    '꺼',
];
/// Verbs that are hung on another's 아/어 form and add little to what it says: 알려주다, 먹어보다.
/// As [`key`] leaves them.
const HELPERS: [&str; 7] = ["주", "보", "드리", "버리", "노", "두", "있"];
/// What makes a verb of a noun, as [`key`] leaves it: 청소하다, 정리되다, 추천받다, 고장나다, 쓸모없다.
const MAKERS: [&str; 8] = ["하", "되", "시키", "브", "느", "당하", "있", "없"];

const PAST: u32 = 20;

/// What is left of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verb {
    /// The keys of the verb, that of its helper's own form first.
    pub(super) keys: Vec<String>,
    /// The noun that the verb was made of.
    pub(super) noun: Option<String>,
}

/// Takes a word as a form of a verb or an adjective, if it can be one.
pub(super) fn verb(word: &[char]) -> Verb {
    let Some(base) = without_tail(word).map(without_tense) else { return Verb::default() };
    if base.is_empty() {
        return Verb::default();
    }
    let mut bases = vec![base.clone()];
    // 하시, 찾으시: the form of politeness.
    if let [rest @ .., '시'] = key(&base).chars().collect::<Vec<_>>().as_slice()
        && rest.len() >= 2
    {
        bases.push(rest.strip_suffix(&['으']).unwrap_or(rest).to_vec());
    }
    let mut keys: Vec<String> = Vec::new();
    for base in &bases {
        keys.push(key(base));
        keys.extend(helped(base).map(|helped| key(&helped)));
    }
    let noun = keys.iter().find_map(|key| made_of(key));
    keys.dedup();
    Verb { keys, noun }
}

/// An ending: a consonant that it takes from the syllable before it, and syllables of its own.
struct Tail {
    coda: Option<u32>,
    letters: Vec<char>,
}

impl Tail {
    fn of(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        match letters.split_first() {
            Some((first, rest)) if !is_syllable(*first) => Self { coda: coda_number(*first), letters: rest.to_vec() },
            _ => Self { coda: None, letters },
        }
    }

    /// A consonant counts half a syllable.
    fn length(&self) -> usize {
        2 * self.letters.len() + usize::from(self.coda.is_some())
    }

    /// The word without it.
    fn off(&self, word: &[char]) -> Option<Vec<char>> {
        let rest = word.strip_suffix(self.letters.as_slice())?;
        let (last, before) = rest.split_last()?;
        let Some(coda) = self.coda else { return Some(rest.to_vec()) };
        let syllable = Syllable::of(*last).filter(|syllable| syllable.coda == coda)?;
        Some([before, &[syllable.with_coda(0).char()]].concat())
    }
}

/// The endings by their last syllable, longest first; under nothing those that are a mere consonant.
fn by_last() -> &'static HashMap<Option<char>, Vec<Tail>> {
    static BY_LAST: OnceLock<HashMap<Option<char>, Vec<Tail>>> = OnceLock::new();
    BY_LAST.get_or_init(|| {
        let mut by_last: HashMap<Option<char>, Vec<Tail>> = HashMap::new();
        for tail in TAILS.iter().map(|text| Tail::of(text)) {
            by_last.entry(tail.letters.last().copied()).or_default().push(tail);
        }
        for tails in by_last.values_mut() {
            tails.sort_by_key(|tail| Reverse(tail.length()));
        }
        by_last
    })
}

/// The word without its longest ending.
fn without_tail(word: &[char]) -> Option<Vec<char>> {
    let last = *word.last()?;
    let tails = [Some(last), None].into_iter().filter_map(|last| by_last().get(&last)).flatten();
    let off = tails.into_iter().find_map(|tail| tail.off(word));
    off.or_else(|| (word.len() >= 2 && MELTED.contains(&last)).then(|| word.to_vec()))
}

/// Takes off what says when: 먹었, 구했, 하겠.
fn without_tense(mut base: Vec<char>) -> Vec<char> {
    if base.len() >= 2 && matches!(base.last(), Some('었' | '았' | '였' | '겠')) {
        base.pop();
    }
    if let Some(last) = base.last_mut()
        && let Some(syllable) = Syllable::of(*last)
        && syllable.coda == PAST
        && !matches!(*last, '있' | '겠')
    {
        *last = syllable.with_coda(0).char();
    }
    // 먹어|요, 찾아|서: what the tail left of the ending.
    if base.len() >= 2 && matches!(base.last(), Some('어' | '아')) {
        base.pop();
    }
    base
}

/// The verb before its helper.
fn helped(base: &[char]) -> Option<Vec<char>> {
    let text = key(base);
    let rest = HELPERS.iter().find_map(|helper| text.strip_suffix(helper))?;
    let mut rest: Vec<char> = rest.chars().collect();
    let melted =
        |c: char| Syllable::of(c).is_some_and(|s| s.coda == 0 && matches!(s.vowel, 0 | 1 | 4 | 6 | 9 | 10 | 14));
    if rest.len() < 2 && !matches!(rest.as_slice(), ['해' | '와' | '봐' | '써'])
        || !rest.last().is_some_and(|c| melted(*c))
    {
        return None;
    }
    if rest.len() >= 2 && matches!(rest.last(), Some('어' | '아')) {
        rest.pop();
    }
    Some(rest)
}

/// The noun that a verb of this key was made of.
fn made_of(key: &str) -> Option<String> {
    let noun = MAKERS.iter().find_map(|maker| key.strip_suffix(maker))?;
    (noun.chars().count() >= 2).then(|| noun.to_owned())
}

/// The one key of all forms of a verb.
fn key(base: &[char]) -> String {
    let Some((&last, before)) = base.split_last() else { return String::new() };
    let with = |last: &[char]| before.iter().chain(last).collect::<String>();
    let Some(mut syllable) = Syllable::of(last) else { return with(&[last]) };
    match last {
        '해' | '하' => return with(&['하']),
        // 도와, 고와: of 돕다, 곱다.
        '와' if matches!(before.last(), Some('도' | '고')) => return with(&['우']),
        _ => {}
    }
    match syllable.coda {
        // ㅂ: 춥다, 추워.
        17 => return with(&[syllable.with_coda(0).char(), '우']),
        // ㄷ, ㄹ, ㅅ, ㅎ: 듣다, 들어; 살다, 사는; 짓다, 지어; 빨갛다, 빨간.
        7 | 8 | 19 | 27 => syllable = syllable.with_coda(0),
        0 => {}
        _ => return with(&[last]),
    }
    // 르: 모르다, 몰라.
    if syllable.initial == 5
        && matches!(syllable.vowel, 0 | 4)
        && let Some((&previous, start)) = before.split_last()
        && let Some(closed) = Syllable::of(previous)
        && closed.coda == 8
    {
        return start.iter().chain(&[closed.with_coda(0).char(), '르']).collect();
    }
    let vowel = match syllable.vowel {
        9 => 8,                        // 와 → 오
        14 => 13,                      // 워 → 우
        6 => 20,                       // 여 → 이
        10 => 11,                      // 돼 → 되
        4 => 18,                       // 써 → 쓰
        0 if !before.is_empty() => 18, // 바빠 → 바쁘
        other => other,
    };
    with(&[syllable.with_vowel(vowel).char()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(word: &str) -> Vec<String> {
        verb(&word.chars().collect::<Vec<_>>()).keys
    }

    #[test]
    fn q2_all_forms_of_a_verb_share_a_key() {
        for forms in [
            "먹다 먹는 먹고 먹어요 먹었어요 먹었는데 먹을까요 먹으면 먹습니다 먹기 먹음",
            "구하다 구하는 구해요 구했어요 구합니다 구할 구하려고 구하기 구함 구해",
            "춥다 추운 추워요 추웠어요 추우면 춥네요 추워서",
            "마시다 마셔요 마셨어요 마시는 마실 마십니다 마시고",
            "모르다 몰라요 몰랐어요 모르는 모르겠어요",
            "바쁘다 바빠요 바빴어요 바쁜 바쁘면",
            "살다 사는 살아요 살았어요 살면 삽니다 살기",
            "만들다 만드는 만들어요 만든 만듭니다 만들었어요",
            "짓다 지어요 지은 짓는 지었어요",
            "쓰다 써요 썼어요 쓰는 쓸 씁니다",
            "배우다 배워요 배웠어요 배운 배우는",
            "되다 돼요 됐어요 되는 됩니다 된다",
            "어렵다 어려워요 어려운 어려웠어요",
            "돕다 도와요 도왔어요 돕는 도운",
            "찾다 찾아요 찾는 찾았습니다 찾으세요",
            "빨갛다 빨간 빨갛고",
        ] {
            let forms: Vec<&str> = forms.split(' ').collect();
            let first = keys(forms[0]).remove(0);
            for form in forms {
                assert!(keys(form).contains(&first), "{form}: {:?}, not {first}", keys(form));
            }
        }
    }

    #[test]
    fn q2_helpers_and_makers_are_seen_through() {
        let shares = |a: &str, b: &str| keys(a).iter().any(|key| keys(b).contains(key));
        for (a, b) in [
            ("알려주세요", "알리는"),
            ("먹어봤어요", "먹고"),
            ("추천해주세요", "추천합니다"),
            ("찾아주실", "찾는"),
            ("도와줘요", "돕는"),
            ("가르쳐드려요", "가르치는"),
            ("구하셨어요", "구해요"),
        ] {
            assert!(shares(a, b), "{a} {:?}, {b} {:?}", keys(a), keys(b));
        }
        let noun = |word: &str| verb(&word.chars().collect::<Vec<_>>()).noun;
        assert_eq!(noun("청소했어요").as_deref(), Some("청소"));
        assert_eq!(noun("추천해주세요").as_deref(), Some("추천"));
        assert_eq!(noun("정리됩니다").as_deref(), Some("정리"));
        assert_eq!(noun("추천받았어요").as_deref(), Some("추천"));
        assert_eq!(noun("고장난").as_deref(), Some("고장"));
        assert_eq!(noun("쓸모없는").as_deref(), Some("쓸모"));
        assert_eq!(noun("구했어요"), None);
    }

    #[test]
    fn q2_what_is_no_form_has_no_key() {
        for word in ["방", "자취방", "다", "요", "월세"] {
            assert_eq!(keys(word), Vec::<String>::new(), "{word}");
        }
    }
}
