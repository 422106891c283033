"""Answers that schemathesis dislikes and the contract wants, each with the rule that wants it.

As narrow as can be: operation, check, wire code, and where these say too little, what the request is like.
The summary says which were not used: one that no run uses any more goes.
"""

import datetime
import re
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass

# What is refused although the description allows it: the description is held to the contract's, which leaves to its
# rules what JSON Schema says badly or not at all.
REJECTED = "positive_data_acceptance"
# What is taken although the description does not allow it (H9).
ACCEPTED = "negative_data_rejection"
SCHEMA = "response_schema_conformance"

EVERYWHERE = "every operation"


@dataclass(frozen=True)
class Known:
    """One exception."""

    operations: str | tuple[str, ...]
    check: str
    # The wire code of the answer.
    code: str | None
    reason: str
    # What the request must be like.
    when: Callable = lambda case: True

    def covers(self, failure, case, response) -> bool:
        """Whether the finding is this one."""
        return (
            self.check in failure.checks
            and (self.operations == EVERYWHERE or case.operation.label in self.operations)
            and wire_code(response) == self.code
            and self.when(case)
        )

    def __str__(self):
        where = self.operations if isinstance(self.operations, str) else ", ".join(self.operations)
        return f"{where}: {self.code or self.check}: {self.reason}"


def wire_code(response) -> str | None:
    """What an answer of ours calls itself; none for what is not in our envelope."""
    try:
        return response.json()["code"]
    except (ValueError, KeyError, TypeError):
        return None


def asked(name: str) -> Callable:
    """A value of the query."""
    return lambda case: (case.query or {}).get(name)


def sent(name: str) -> Callable:
    """A member of the body."""
    return lambda case: case.body.get(name) if isinstance(case.body, dict) else None


def blank(value: Callable) -> Callable:
    return lambda case: not str(value(case) or "").strip()


def given(value: Callable) -> Callable:
    return lambda case: value(case) is not None


def any_of(*conditions: Callable) -> Callable:
    return lambda case: any(condition(case) for condition in conditions)


def holds_nul(case) -> bool:
    """U+0000 in a text of the query or the body."""

    def within(value) -> bool:
        if isinstance(value, dict):
            return any(within(part) for part in value.values())
        if isinstance(value, list):
            return any(within(part) for part in value)
        return isinstance(value, str) and "\0" in value

    return within(case.query) or within(case.body)


def no_password(name: str) -> Callable:
    """Anything but a text that is beyond doubt a password by A4."""

    def condition(case) -> bool:
        text = sent(name)(case)
        kinds = string.ascii_uppercase, string.ascii_lowercase, string.digits, string.punctuation
        plain = isinstance(text, str) and 8 <= len(text) <= 64 and set(text) <= set("".join(kinds))
        return not (plain and all(set(text) & set(kind) for kind in kinds))

    return condition


def impossible_day(name: str) -> Callable:
    """A date before 1900 or after the Seoul date."""

    def condition(case) -> bool:
        text = sent(name)(case)
        if not text:
            return False
        today = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=9)).date()
        return not "1900-01-01" <= text <= today.isoformat()

    return condition


def degrees_beyond(name: str, end: int) -> Callable:
    return lambda case: abs(float(sent(name)(case))) > end


def no_kakao_id(case) -> bool:
    """A text of digits that stands for 0, or for more than JavaScript can count."""
    return not 1 <= int(sent("kakaoPlaceId")(case)) < 2**53


def no_area(case) -> bool:
    """Neither a complete circle nor a complete box within the limits of FV14."""
    names = "minLat", "maxLat", "minLng", "maxLng"
    south, north, west, east = (asked(name)(case) for name in names)
    if None not in (south, north, west, east):
        return not (0 <= float(north) - float(south) <= 5 and 0 <= float(east) - float(west) <= 5)
    return any(asked(name)(case) is None for name in ("lat", "lng", "distanceKm"))


BOARDS = {
    "TOGETHER": ("GROUP_BUY", "SHARING", "EXCHANGE"),
    "DAILY_LIFE": ("TIPS", "QUESTIONS"),
    "RANDOM_BUY": ("TREASURE", "REGRET"),
}


def tag_of_another_board(value: Callable) -> Callable:
    return lambda case: value("tag")(case) not in BOARDS.get(value("category")(case), ())


def thumbnail_not_listed(case) -> bool:
    return sent("thumbnailImage")(case) not in (sent("postImageList")(case) or [])


def no_uuid(case) -> bool:
    """A key with 36 hexadecimal digits and dashes that are no UUID."""
    found = re.search(r"([0-9a-fA-F-]{36})\.\w+$", str(asked("key")(case)))
    if not found:
        return False
    try:
        return str(uuid.UUID(found[1])) != found[1].lower()
    except ValueError:
        return True


def as_good_as_absent(case) -> bool:
    """Null, or a blank text, for a member of a change of a group."""
    values = [sent(name)(case) for name in ("groupName", "visibility", "position") if name in case.body]
    return any(value is None or not str(value).strip() for value in values)


NEW_PASSWORD = {
    "POST /api/auth/signup": "password",
    "POST /api/auth/password-reset": "newPassword",
    "PATCH /api/users/me/password": "newPassword",
}

EXCEPTIONS = [
    # Everywhere.
    Known(EVERYWHERE, REJECTED, "INVALID_REQUEST", "H8: no U+0000 in a text", holds_nul),
    # Accounts.
    *(
        Known((operation,), REJECTED, "INVALID_PASSWORD_FORMAT", "A4: kinds of characters", no_password(name))
        for operation, name in NEW_PASSWORD.items()
    ),
    *(
        Known((operation,), REJECTED, "PASSWORD_REQUIRED", "A4: blank", blank(sent(name)))
        for operation, name in NEW_PASSWORD.items()
    ),
    Known(
        ("POST /api/auth/signup", "POST /api/auth/email/resend", "POST /api/auth/email/password"),
        REJECTED,
        "INVALID_EMAIL_FORMAT",
        "A2: .invalid belongs to nobody",
        lambda case: str(sent("email")(case)).lower().endswith(".invalid"),
    ),
    Known(("POST /api/auth/signin",), REJECTED, "EMAIL_REQUIRED", "FC: blank", blank(sent("email"))),
    Known(("POST /api/auth/signin",), REJECTED, "PASSWORD_REQUIRED", "FC: blank", blank(sent("password"))),
    Known(("POST /api/auth/signin",), REJECTED, "INCORRECT_PASSWORD", "A8, H13: 400 for whatever is wrong"),
    Known(("POST /api/auth/signin/kakao",), REJECTED, "INVALID_REQUEST", "FC: blank", blank(sent("accessToken"))),
    Known(
        ("PATCH /api/users/me/password",),
        REJECTED,
        "CURRENT_PASSWORD_REQUIRED",
        "S4: blank",
        blank(sent("currentPassword")),
    ),
    Known(("PATCH /api/users/me/password",), REJECTED, "CURRENT_PASSWORD_WRONG", "S4, H13: 400 for a wrong one"),
    Known(
        ("PATCH /api/users/me/nickname",),
        REJECTED,
        "NEW_NICKNAME_EQUALS_ORIGINAL_NICKNAME",
        "S2: the nickname that the caller has",
        given(sent("newNickname")),
    ),
    Known(
        ("PATCH /api/users/me/profile",),
        REJECTED,
        "INVALID_REQUEST",
        "S3: dates from 1900 to today",
        any_of(impossible_day("birthday"), impossible_day("liveAloneDate")),
    ),
    Known(
        ("PATCH /api/users/me/profileImage",),
        REJECTED,
        "INVALID_PROFILE_IMAGE",
        "S5: only what the caller has uploaded",
        given(sent("profileImage")),
    ),
    # Posts.
    Known(
        ("POST /api/posts",),
        REJECTED,
        "INVALID_TAG_FOR_CATEGORY",
        "P2: a board has tags of its own",
        tag_of_another_board(sent),
    ),
    Known(
        ("PATCH /api/posts/{postId}",),
        REJECTED,
        "INVALID_TAG_FOR_CATEGORY",
        "P10: the board of the post has tags of its own",
    ),
    Known(
        ("POST /api/posts", "PATCH /api/posts/{postId}"),
        REJECTED,
        "THUMBNAIL_NOT_IN_IMAGE_LIST",
        "P2, P10: a thumbnail out of the list",
        thumbnail_not_listed,
    ),
    Known(
        ("POST /api/posts",),
        REJECTED,
        "IMAGE_REQUIRED_FOR_RANDOM_BUY",
        "P2, P4: keys that were never granted do not count",
        lambda case: sent("category")(case) == "RANDOM_BUY",
    ),
    Known(
        ("PATCH /api/posts/{postId}",),
        REJECTED,
        "IMAGE_REQUIRED_FOR_RANDOM_BUY",
        "P10, P4: keys that were never granted do not count",
    ),
    Known(
        ("GET /api/posts",),
        REJECTED,
        "INVALID_TAG_FOR_CATEGORY",
        "P8: a board has tags of its own",
        tag_of_another_board(asked),
    ),
    Known(("GET /api/posts",), REJECTED, "INVALID_CATEGORY", "P8: a tag without board", blank(asked("category"))),
    Known(
        ("GET /api/posts", "GET /api/feed"),
        REJECTED,
        "INVALID_REQUEST",
        "PG5: only cursors that we gave out",
        given(asked("cursor")),
    ),
    Known(("POST /api/posts/{postId}/like",), REJECTED, "ALREADY_LIKED", "LK2: 400 for the second time"),
    Known(("POST /api/posts/{postId}/report",), REJECTED, "CANNOT_REPORT_OWN_POST", "RP1: one's own"),
    Known(("POST /api/comments/{commentId}/report",), REJECTED, "CANNOT_REPORT_OWN_COMMENT", "RP1: one's own"),
    Known(
        ("POST /api/posts/{postId}/report", "POST /api/comments/{commentId}/report"),
        REJECTED,
        "REASON_TEXT_REQUIRED_FOR_ETC",
        "RP1: another reason has a text",
        lambda case: sent("reasonType")(case) == "ETC" and blank(sent("reasonText"))(case),
    ),
    Known(
        ("GET /api/search", "GET /api/search/es"),
        REJECTED,
        "SEARCH_KEYWORD_REQUIRED",
        "Q1: blank or missing",
        blank(asked("keyword")),
    ),
    # Members and images.
    Known(("POST /api/profile/{userId}/follow",), REJECTED, "FOLLOW_SELF_NOT_ALLOWED", "FO1: oneself"),
    Known(("DELETE /api/profile/{userId}/follow",), REJECTED, "FOLLOW_UNFOLLOW_SELF_NOT_ALLOWED", "FO2: oneself"),
    Known(
        ("GET /api/presigned-url",),
        REJECTED,
        "INVALID_USER_ID",
        "I1: whose picture",
        lambda case: asked("type")(case) == "profile" and asked("userId")(case) is None,
    ),
    Known(("DELETE /api/image",), REJECTED, "INVALID_REQUEST", "I6: a key has a UUID", no_uuid),
    # Places.
    Known(("GET /api/map/place",), REJECTED, "INVALID_REQUEST", "FV14: a circle or a box", no_area),
    Known(
        ("POST /api/favorite/groups/{groupId}/favorites",),
        REJECTED,
        "INVALID_REQUEST",
        "FC, FV7: where no place is",
        any_of(no_kakao_id, degrees_beyond("lat", 90), degrees_beyond("lng", 180)),
    ),
    Known(
        ("PATCH /api/group/{groupId}",),
        ACCEPTED,
        "SUCCESS",
        "H9, FC: null and blank equal absent while something else is given",
        as_good_as_absent,
    ),
    Known(
        ("PATCH /api/group/{groupId}",),
        ACCEPTED,
        "SUCCESS",
        "FV4: a place beyond the end is the end, however far",
        lambda case: isinstance(sent("position")(case), int) and sent("position")(case) >= 2**31,
    ),
    # The event stream.
    Known(
        ("GET /api/notifications/subscribe",),
        SCHEMA,
        None,
        "N6: the contract describes the stream as one text, schemathesis each event as an object",
    ),
]
