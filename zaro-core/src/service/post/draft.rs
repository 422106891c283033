//! The bodies that posts are written with, and what must be right in them (P2, P3, FC).

use serde::Deserialize;

use crate::error::{Code, Error, Result};
use crate::policy::field::{Form, Input};
use crate::policy::post::{IMAGES_MAX, check_content, check_tag, check_thumbnail, parse_title, wanted_images};
use crate::types::{Category, Tag};

/// Body of a new post.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PostDraft {
    /// Title.
    pub title: Input,
    /// Markdown.
    pub content: Input,
    /// Board.
    pub category: Input,
    /// Tag of that board.
    pub tag: Input,
    /// Keys of pictures.
    pub post_image_list: Input<Vec<String>>,
    /// One of them.
    pub thumbnail_image: Input,
}

/// Body of an edit; the board never changes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PostEdit {
    /// Title.
    pub title: Input,
    /// Markdown.
    pub content: Input,
    /// Tag of the post's board.
    pub tag: Input,
    /// Keys of pictures: the whole new list.
    pub post_image_list: Input<Vec<String>>,
    /// One of them.
    pub thumbnail_image: Input,
}

/// What was written, as far as its fields alone can tell.
#[derive(Debug)]
pub(super) struct PostText {
    pub(super) title: String,
    pub(super) content: String,
    pub(super) tag: Tag,
    pub(super) images: Vec<String>,
    pub(super) thumbnail: Option<String>,
}

impl PostDraft {
    pub(super) fn check(&self) -> Result<(PostText, Category)> {
        let mut form = Form::new();
        let title = form.required("title", &self.title, Code::TitleRequired, parse_title);
        let content = form.required("content", &self.content, Code::ContentRequired, content);
        let category = form.required("category", &self.category, Code::InvalidCategory, |text| {
            Category::parse(text).ok_or(Code::InvalidCategory)
        });
        let tag = form.required("tag", &self.tag, Code::InvalidTag, tag);
        let pictures = Pictures::read(&mut form, &self.post_image_list, &self.thumbnail_image);
        // P2: whether the fields fit each other is looked at once each of them is right.
        if form.is_clean()
            && let (Some(category), Some(tag)) = (category, tag)
            && let Err(code) = check_tag(category, tag)
        {
            form.fail("tag", code);
        }
        pictures.check(&mut form);
        form.finish()?;
        let category = category.ok_or_else(|| Error::from(Code::InvalidRequest))?;
        Ok((pictures.with(title, content, tag)?, category))
    }
}

impl PostEdit {
    pub(super) fn check(&self) -> Result<PostText> {
        let mut form = Form::new();
        let title = form.required("title", &self.title, Code::TitleRequired, parse_title);
        let content = form.required("content", &self.content, Code::ContentRequired, content);
        let tag = form.required("tag", &self.tag, Code::InvalidTag, tag);
        let pictures = Pictures::read(&mut form, &self.post_image_list, &self.thumbnail_image);
        pictures.check(&mut form);
        form.finish()?;
        pictures.with(title, content, tag)
    }
}

fn content(text: &str) -> Result<String, Code> {
    check_content(text).map(|()| text.to_owned())
}

fn tag(text: &str) -> Result<Tag, Code> {
    Tag::parse(text).ok_or(Code::InvalidTag)
}

/// The two fields about pictures.
struct Pictures {
    /// As sent; nothing when the field is at fault.
    sent: Option<Vec<String>>,
    thumbnail: Option<String>,
}

impl Pictures {
    fn read(form: &mut Form, list: &Input<Vec<String>>, thumbnail: &Input) -> Self {
        let sent = match list {
            Input::Absent => Some(Vec::new()),
            Input::Given(list) if list.len() <= IMAGES_MAX => Some(list.clone()),
            Input::Given(_) | Input::Wrong => {
                form.fail("postImageList", Code::InvalidRequest);
                None
            }
        };
        Self { sent, thumbnail: form.optional("thumbnailImage", thumbnail, |text| Ok(text.to_owned())) }
    }

    fn check(&self, form: &mut Form) {
        if let (Some(sent), Some(thumbnail)) = (&self.sent, &self.thumbnail)
            && let Err(code) = check_thumbnail(thumbnail, sent)
        {
            form.fail("thumbnailImage", code);
        }
    }

    /// All fields together, none of them at fault.
    fn with(self, title: Option<String>, content: Option<String>, tag: Option<Tag>) -> Result<PostText> {
        let (Some(title), Some(content), Some(tag), Some(sent)) = (title, content, tag, self.sent) else {
            return Err(Code::InvalidRequest.into());
        };
        Ok(PostText { title, content, tag, images: wanted_images(&sent), thumbnail: self.thumbnail })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All fields at fault, in order, of a body over one that is right.
    fn faults(changes: &str) -> Vec<(&'static str, Code)> {
        let right = r#"{"title":"제목","content":"글","category":"TOGETHER","tag":"SHARING"}"#;
        let mut body: serde_json::Value = serde_json::from_str(right).expect("JSON");
        let changes: serde_json::Value = serde_json::from_str(changes).expect("JSON");
        let changes = changes.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(changes);
        let draft: PostDraft = serde_json::from_value(body).expect("any object is a draft");
        match draft.check() {
            Ok(_) => Vec::new(),
            Err(Error::Refused(refusal)) => refusal.fields.iter().map(|fault| (fault.field, fault.code)).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn fc_each_field_has_its_codes() {
        let long = |length| "x".repeat(length);
        for (changes, fault) in [
            ("{}".to_owned(), None),
            (r#"{"title":null}"#.to_owned(), Some(("title", Code::TitleRequired))),
            (r#"{"title":" \n"}"#.to_owned(), Some(("title", Code::TitleRequired))),
            (format!(r#"{{"title":"{}"}}"#, long(256)), Some(("title", Code::TitleTooLong))),
            (r#"{"title":7}"#.to_owned(), Some(("title", Code::InvalidRequest))),
            (r#"{"content":""}"#.to_owned(), Some(("content", Code::ContentRequired))),
            (format!(r#"{{"content":"{}"}}"#, long(65_536)), Some(("content", Code::ContentTooLong))),
            (r#"{"category":""}"#.to_owned(), Some(("category", Code::InvalidCategory))),
            (r#"{"category":"X"}"#.to_owned(), Some(("category", Code::InvalidCategory))),
            (r#"{"tag":null}"#.to_owned(), Some(("tag", Code::InvalidTag))),
            (r#"{"tag":"TIPS"}"#.to_owned(), Some(("tag", Code::InvalidTagForCategory))),
            (r#"{"postImageList":"x"}"#.to_owned(), Some(("postImageList", Code::InvalidRequest))),
            (r#"{"postImageList":[null]}"#.to_owned(), Some(("postImageList", Code::InvalidRequest))),
            (r#"{"postImageList":["x"],"thumbnailImage":"x"}"#.to_owned(), None),
            (r#"{"thumbnailImage":""}"#.to_owned(), None),
            (r#"{"thumbnailImage":"x"}"#.to_owned(), Some(("thumbnailImage", Code::ThumbnailNotInImageList))),
            (r#"{"thumbnailImage":[]}"#.to_owned(), Some(("thumbnailImage", Code::InvalidRequest))),
        ] {
            assert_eq!(faults(&changes), Vec::from_iter(fault), "{changes}");
        }
        let many = |count| serde_json::json!({ "postImageList": vec!["x"; count] }).to_string();
        assert_eq!(faults(&many(50)), []);
        assert_eq!(faults(&many(51)), [("postImageList", Code::InvalidRequest)]);
    }

    #[test]
    fn p2_fields_come_before_what_they_mean_together() {
        let both = r#"{"tag":"TIPS","thumbnailImage":"x"}"#;
        let expected = [("tag", Code::InvalidTagForCategory), ("thumbnailImage", Code::ThumbnailNotInImageList)];
        assert_eq!(faults(both), expected);
        let worse = r#"{"tag":"TIPS","postImageList":7}"#;
        assert_eq!(faults(worse), [("postImageList", Code::InvalidRequest)]);
        let all = r#"{"title":"","content":1,"category":"","tag":"","postImageList":1,"thumbnailImage":1}"#;
        let fields: Vec<_> = faults(all).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["title", "content", "category", "tag", "postImageList", "thumbnailImage"]);
    }
}
