//! The plain text of a Markdown text, for lists (P9).

use std::collections::HashSet;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::types::cut;

/// P9: longest preview, in characters.
pub const PREVIEW_MAX: usize = 200;
/// How much of a text is looked at for its preview, in bytes of HTML. Nested and unclosed elements cost the cleaner time
/// that grows with their square; nobody who writes for people needs more than this before the first words.
const HTML_MAX: usize = 16 * 1024;
/// HTML elements that stand within a line: the text on both sides of their tags belongs together.
const INLINE: [&str; 20] = [
    "a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "u",
];
/// HTML elements whose content is no text for people.
const WORDLESS: [&str; 8] = ["iframe", "math", "noembed", "noframes", "script", "style", "svg", "xmp"];

/// P9: the text without images, link addresses and marks, white space collapsed, cut.
pub fn preview(markdown: &str) -> String {
    let text = text_of_html(&html_of_markdown(markdown, HTML_MAX));
    cut(&joined(&text), PREVIEW_MAX).trim_end().to_owned()
}

/// The whole text without images, link addresses and marks, white space collapsed: what a post is found by (Q2).
///
/// HTML is left out by a plain scan, whose time grows with the text and no faster, and which a browser may read
/// differently: for words to look for that is good enough, for words to show they must be escaped.
pub fn plain_text(markdown: &str) -> String {
    joined(&decoded(&without_tags(&html_of_markdown(markdown, usize::MAX))))
}

/// White space collapsed.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// The words of the Markdown, escaped, with nothing left of it but the HTML that was written into it.
fn html_of_markdown(markdown: &str, max: usize) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut html = String::with_capacity(markdown.len().min(max));
    // How deep inside an image or an autolink: its words are an address or describe what is not shown.
    let mut left_out = 0_usize;
    for event in Parser::new_ext(markdown, options) {
        if html.len() > max {
            break;
        }
        match event {
            Event::Start(_) if left_out > 0 => left_out += 1,
            Event::End(_) if left_out > 0 => left_out -= 1,
            _ if left_out > 0 => {}
            Event::Start(Tag::Image { .. } | Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                left_out = 1;
            }
            Event::Text(text) | Event::Code(text) => html.push_str(&escape(&text)),
            Event::Html(raw) | Event::InlineHtml(raw) => push_html(&mut html, &raw),
            Event::Start(tag) if is_inline(tag.to_end()) => {}
            Event::End(tag) if is_inline(tag) => {}
            // The edges of blocks and the breaks of lines separate words.
            _ => html.push(' '),
        }
    }
    html.truncate(html.floor_char_boundary(max));
    html
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::HtmlBlock)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Adds HTML as written, with a blank before each tag that stands for a block or a break.
fn push_html(html: &mut String, raw: &str) {
    for (nth, piece) in raw.split('<').enumerate() {
        if nth > 0 {
            let name = piece.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
            if !INLINE.contains(&name.unwrap_or_default().to_ascii_lowercase().as_str()) {
                html.push(' ');
            }
            html.push('<');
        }
        html.push_str(piece);
    }
}

/// What a reader of the HTML would see as text.
fn text_of_html(html: &str) -> String {
    let cleaned = if html.contains('<') {
        ammonia::Builder::empty().clean_content_tags(HashSet::from(WORDLESS)).clean(html).to_string()
    } else {
        html.to_owned()
    };
    decoded(&cleaned)
}

/// Exactly what the cleaner and [`escape`] write in a text without tags; `&` comes last, so that nothing is decoded twice.
fn decoded(text: &str) -> String {
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Everything outside tags, comments and elements without words.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = if let Some(comment) = tag.strip_prefix("!--") {
            comment.split_once("-->").map_or("", |(_, rest)| rest)
        } else if tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            let (tag, rest) = tag.split_once('>').unwrap_or((tag, ""));
            let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
            if WORDLESS.contains(&name.as_str()) { behind_element(rest, &name) } else { rest }
        } else {
            text.push('<');
            tag
        };
    }
    text.push_str(rest);
    text
}

/// What follows the end tag of this element; nothing when it has none.
fn behind_element<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("</") {
        if tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return tag.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = tag;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p9_only_the_words_are_left() {
        for (markdown, text) in [
            ("자취 *꿀팁* **모음**", "자취 꿀팁 모음"),
            ("# 제목\n\n본문\n이어짐", "제목 본문 이어짐"),
            ("[링크](https://a.kr \"제목\") 앞 ![그림](images/post/x.png) 뒤", "링크 앞 뒤"),
            ("[![그림](a.png) 글](https://a.kr)끝", "글끝"),
            ("![그림 [링크](x) <https://a.kr> 끝](a.png)글", "글"),
            ("<https://a.kr/b> 보기 <me@a.kr>", "보기"),
            ("[글][1]\n\n[1]: https://a.kr", "글"),
            ("- 하나\n- 둘\n  1. 셋\n- [x] 넷", "하나 둘 셋 넷"),
            ("> 인용\n\n---\n\n```rust\nlet a = 1 < 2;\n```", "인용 let a = 1 < 2;"),
            ("|a|b|\n|-|-|\n|c|d|", "a b c d"),
            ("~~지움~~ `코드 <b>`", "지움 코드 <b>"),
            ("가<b>나</b>다<br>라<img src=x onerror=alert(1)>마", "가나다 라 마"),
            ("<div><p>하나</p><p>둘</p></div>", "하나 둘"),
            ("<script>\nalert('x')\n</script>\n\n글 <style>p{}</style>끝", "글 끝"),
            ("a <script>alert(1)</script>b", "a b"),
            ("<a href=\"javascript:x\">글</a>", "글"),
            ("&amp;lt; &copy; &#44032; &nbsp;A&B <3", "&lt; © 가 A&B <3"),
            ("\\*별표\\* 1 &lt; 2", "*별표* 1 < 2"),
            ("  \n\t ", ""),
            ("![](images/post/x.png)", ""),
            ("좋아요 👍🏽", "좋아요 👍🏽"),
        ] {
            assert_eq!(preview(markdown), text, "{markdown:?}");
        }
    }

    #[test]
    fn p9_two_hundred_characters_of_any_script() {
        assert_eq!(preview(&"가".repeat(300)), "가".repeat(200));
        assert_eq!(preview(&format!("{} 나", "가".repeat(199))), "가".repeat(199), "no blank at the end");
        assert_eq!(preview(&"<".repeat(300)).chars().count(), 200);
        assert_eq!(preview(&format!("글 <img src=\"data:{}\"> 끝", "x".repeat(40_000))), "글", "cut within a tag");
    }

    #[test]
    fn q2_a_whole_text_is_found_by_its_words() {
        for (markdown, text) in [
            ("# 제목\n\n본문 **굵게** [링크](https://a.kr) ![그림](x.png) 끝", "제목 본문 굵게 링크 끝"),
            ("가<b>나</b>다<br>라<img src=x onerror=alert(1)>마", "가나다 라 마"),
            ("<div\nclass='x'>하나</div>\n\n1 < 2 &lt;b&gt; A&amp;B", "하나 1 < 2 <b> A&B"),
            ("<script>\nalert('x')\n</SCRIPT>\n\n글 <!-- 숨김 --> 끝", "글 끝"),
            ("<style>p{}", ""),
        ] {
            assert_eq!(plain_text(markdown), text, "{markdown:?}");
        }
        let long = format!("{} 마지막", "가나다 ".repeat(10_000));
        assert!(plain_text(&long).ends_with(" 마지막"), "beyond what a preview looks at");
    }
}
