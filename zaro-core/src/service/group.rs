//! Groups of saved places (FV1 to FV6).

use serde::Deserialize;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::favorite_group::{self, Group, GroupPatch, GroupState, NewGroup};
use crate::models::{favorite, place, profile};
use crate::policy::account::WhileSuspended;
use crate::policy::field::{Form, Input};
use crate::policy::group::{
    GROUPS_MAX, GroupFacts, check_listed, live_key, may_change, may_delete, moved, parse_name, parse_visibility,
};
use crate::service::actor::require_active;
use crate::service::limit::take_if_counted;
use crate::types::{GroupId, PlaceId, UserId, Visibility};

/// Body of a new group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupDraft {
    /// Name.
    pub group_name: Input,
    /// Who sees it; everybody unless said otherwise.
    pub visibility: Input,
}

/// Body of a change: at least one of the three.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupEdit {
    /// Name.
    pub group_name: Input,
    /// Who sees it.
    pub visibility: Input,
    /// Wanted place among the owner's groups.
    pub position: Input<i64>,
}

/// RL: counts a try to change groups, whatever becomes of it.
pub fn count_try(ctx: &Context, actor: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("groups:{actor}"), &[ctx.policy.limits.groups])
}

/// FV1: the groups of a member, as far as this viewer may see them.
pub fn list(ctx: &Context, viewer: Option<UserId>, owner: UserId) -> Result<Vec<Group>> {
    ctx.db.read(|connection| {
        check_listed(owner, profile::status(connection, owner)?, viewer)?;
        let all = in_order(connection, owner)?;
        let shown = |group: &Group| viewer == Some(owner) || group.visibility == Visibility::Public;
        Ok(all.into_iter().filter(shown).collect())
    })
}

/// FV2, FV3: makes a group behind the others.
pub fn create(ctx: &Context, actor: UserId, draft: &GroupDraft) -> Result<Group> {
    let now = ctx.now();
    let (name, visibility) = draft.check()?;
    let key = live_key(actor, &name);
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        if favorite_group::holder(connection, &key)?.is_some() {
            return Err(Error::from(Code::GroupAlreadyExist));
        }
        let live = in_order(connection, actor)?.len();
        let position = i32::try_from(live).unwrap_or(i32::MAX);
        if i64::from(position) >= GROUPS_MAX {
            return Err(Code::GroupLimitReached.into());
        }
        let new = NewGroup {
            user_id: actor,
            name: name.clone(),
            live_key: key.clone(),
            visibility,
            position,
            favorite_count: 0,
            created_at: now,
            updated_at: now,
        };
        let id = favorite_group::insert(connection, &new)?;
        let name = name.clone();
        Ok(Group { id, name, visibility, position, favorite_count: 0, created_at: now, updated_at: now })
    })
}

/// FV4: renames one's own group, shows or hides it, moves it among the others.
pub fn update(ctx: &Context, actor: UserId, id: GroupId, edit: &GroupEdit) -> Result<()> {
    let now = ctx.now();
    let change = edit.check()?;
    let key = change.name.as_deref().map(|name| live_key(actor, name));
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        let facts = may_change(favorite_group::state(connection, id)?.map(facts), actor)?;
        if let Some(key) = &key
            && favorite_group::holder(connection, key)?.is_some_and(|holder| holder != id)
        {
            return Err(Code::GroupAlreadyExist.into());
        }
        let patch = GroupPatch {
            name: change.name.clone(),
            live_key: key.clone(),
            visibility: change.visibility,
            updated_at: now,
        };
        favorite_group::edit(connection, id, &patch)?;
        if let Some(wanted) = change.visibility.filter(|wanted| *wanted != facts.visibility) {
            let by = if wanted == Visibility::Public { 1 } else { -1 };
            move_places(connection, id, by)?;
        }
        match change.position {
            Some(position) => move_to(connection, actor, id, position),
            None => Ok(()),
        }
    })
}

/// FV5: deletes one's own group with its favourites, once.
pub fn delete(ctx: &Context, actor: UserId, id: GroupId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Allowed, now)?;
        let state = favorite_group::state(connection, id)?;
        let facts = may_delete(state.map(facts), actor)?;
        if facts.visibility == Visibility::Public {
            move_places(connection, id, -1)?;
        }
        favorite::delete_of_group(connection, id)?;
        if !favorite_group::delete(connection, id, now)? {
            return Err(Code::GroupAlreadyDelete.into());
        }
        let position = state.map_or(i32::MAX, |state| state.position);
        favorite_group::close_up(connection, actor, position)
    })
}

/// CT1: the places of a group count its favourites while everybody sees it.
fn move_places(connection: &mut Connection, id: GroupId, by: i32) -> Result<()> {
    let places: Vec<PlaceId> = favorite::places_of_group(connection, id)?;
    place::hold(connection, &places)?;
    place::move_counts(connection, &places, by)
}

/// FV4: puts a group in its place; the others close up.
fn move_to(connection: &mut Connection, owner: UserId, id: GroupId, wanted: i64) -> Result<()> {
    let groups = favorite_group::list(connection, owner)?;
    let order: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    for (place, id) in moved(&order, id, wanted).into_iter().enumerate() {
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        if groups.iter().any(|group| group.id == id && group.position != place) {
            favorite_group::set_position(connection, id, place)?;
        }
    }
    Ok(())
}

/// FV1: the live groups of a member, numbered as they stand: what an import brought may have gaps.
fn in_order(connection: &mut Connection, owner: UserId) -> Result<Vec<Group>> {
    let groups = favorite_group::list(connection, owner)?;
    let numbered = (0..).zip(groups).map(|(position, group)| Group { position, ..group });
    Ok(numbered.collect())
}

/// What the policy wants to know of a group.
pub(crate) fn facts(state: GroupState) -> GroupFacts {
    GroupFacts {
        owner: state.user_id,
        owner_status: state.owner_status,
        deleted: state.deleted_at.is_some(),
        visibility: state.visibility,
    }
}

/// What is to be changed; what is none stays.
#[derive(Debug)]
struct Wanted {
    name: Option<String>,
    visibility: Option<Visibility>,
    position: Option<i64>,
}

impl GroupDraft {
    fn check(&self) -> Result<(String, Visibility)> {
        let mut form = Form::new();
        let name = form.required("groupName", &self.group_name, Code::GroupNameRequired, parse_name);
        let visibility = form.optional("visibility", &self.visibility, parse_visibility);
        form.finish()?;
        Ok((name.ok_or_else(|| Error::from(Code::InvalidRequest))?, visibility.unwrap_or(Visibility::Public)))
    }
}

impl GroupEdit {
    fn check(&self) -> Result<Wanted> {
        let mut form = Form::new();
        let blank = |input: &Input| match input {
            Input::Absent => true,
            Input::Given(text) => text.trim().is_empty(),
            Input::Wrong => false,
        };
        // FC: a name is missing only if nothing else is given.
        let nothing_else = blank(&self.visibility) && self.position == Input::Absent;
        let name = if nothing_else {
            form.required("groupName", &self.group_name, Code::GroupNameRequired, parse_name)
        } else {
            form.optional("groupName", &self.group_name, parse_name)
        };
        let visibility = form.optional("visibility", &self.visibility, parse_visibility);
        let position = match self.position {
            Input::Absent => None,
            Input::Given(place) if place >= 0 => Some(place),
            Input::Given(_) | Input::Wrong => {
                form.fail("position", Code::InvalidRequest);
                None
            }
        };
        form.finish()?;
        Ok(Wanted { name, visibility, position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(body: &str) -> Vec<(&'static str, Code)> {
        let edit: GroupEdit = serde_json::from_str(body).expect("any object is an edit");
        match edit.check() {
            Ok(_) => Vec::new(),
            Err(Error::Refused(refusal)) => refusal.fields.iter().map(|fault| (fault.field, fault.code)).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn fv4_one_of_three_must_be_given() {
        let required = vec![("groupName", Code::GroupNameRequired)];
        for body in ["{}", r#"{"groupName":" "}"#, r#"{"groupName":null,"visibility":"","position":null}"#] {
            assert_eq!(faults(body), required, "{body}");
        }
        for body in [r#"{"groupName":"카페"}"#, r#"{"visibility":"PRIVATE","groupName":""}"#, r#"{"position":0}"#] {
            assert_eq!(faults(body), [], "{body}");
        }
        for (body, fault) in [
            (r#"{"position":-1}"#, ("position", Code::InvalidRequest)),
            (r#"{"position":"1"}"#, ("position", Code::InvalidRequest)),
            (r#"{"position":1.5}"#, ("position", Code::InvalidRequest)),
            (r#"{"visibility":1}"#, ("visibility", Code::InvalidRequest)),
            (r#"{"visibility":"public"}"#, ("visibility", Code::InvalidEnum)),
            (r#"{"groupName":7}"#, ("groupName", Code::InvalidRequest)),
        ] {
            assert_eq!(faults(body), [fault], "{body}");
        }
        let all = faults(r#"{"groupName":[],"visibility":[],"position":[]}"#);
        assert_eq!(all.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["groupName", "visibility", "position"]);
    }
}
