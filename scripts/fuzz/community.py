"""The made-up community that is fuzzed: its members, and what they have."""

import email
import email.policy
import itertools
import re
import time
from dataclasses import dataclass
from pathlib import Path

import requests

PASSWORD = "Zaro-2026!"
# How long a mail may take from the sign-up into its file.
MAIL_PATIENCE = 20


@dataclass
class Member:
    """Somebody who signed up and followed the link."""

    id: int
    email: str
    access: str
    refresh: str


class Community:
    """A running daemon, and the folder that its mails land in."""

    def __init__(self, url: str, outbox: Path, prefix: str):
        """Members made here begin with `prefix`, so that those of two processes never meet."""
        self.url = url
        self.outbox = outbox
        self.names = (f"{prefix}{number}" for number in itertools.count(1))

    def ask(self, method: str, path: str, body=None, token: str | None = None):
        """What an answer carries; anything but a success ends the run."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.request(method, self.url + path, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()["data"]

    def join(self) -> Member:
        """A new member: signed up, verified, signed in."""
        name = next(self.names)
        address = f"{name}@zaro.example"
        self.ask("POST", "/api/auth/signup", {"email": address, "password": PASSWORD, "nickname": name})
        requests.get(self.link_for(address), allow_redirects=False, timeout=30).raise_for_status()
        return self.sign_in(address)

    def sign_in(self, address: str) -> Member:
        """A session of its own."""
        told = self.ask("POST", "/api/auth/signin", {"email": address, "password": PASSWORD})
        return Member(told["userId"], address, told["accessToken"], told["refreshToken"])

    def link_for(self, address: str) -> str:
        """The verification link in the mail to this address."""
        deadline = time.monotonic() + MAIL_PATIENCE
        while not (found := sorted(self.outbox.glob(f"*-{address}.eml"))):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no mail to {address} in {self.outbox}")
            time.sleep(0.02)
        mail = email.message_from_bytes(found[-1].read_bytes(), policy=email.policy.default)
        return re.search(r"http\S+/verify\?token=[\w-]+", mail.get_body(("plain",)).get_content()).group()

    def furnish(self, member: Member, other: Member, amount: int = 25) -> dict[str, list]:
        """Gives the member one of everything, often, and answers ids: theirs, and as many of other people's."""

        def mine(method, path, body=None):
            return self.ask(method, path, body, member.access)

        foreign = [post["postId"] for post in self.ask("GET", f"/api/posts?size={amount}")["content"]]
        posts, comments, groups, favorites, places = [], [], [], [], []
        for n in range(amount):
            draft = {"title": f"자취 {n}", "content": "전세 보증금", "category": "DAILY_LIFE", "tag": "TIPS"}
            posts.append(mine("POST", "/api/posts", draft)["postId"])
            comments.append(mine("POST", f"/api/posts/{foreign[n % len(foreign)]}/comments", {"content": "네"})["id"])
            groups.append(mine("POST", "/api/group", {"groupName": f"동네 {n}"})["groupId"])
            place = {"kakaoPlaceId": 900_000 + n, "placeName": f"빵집 {n}", "lat": 37.5 + n / 1000, "lng": 127.0}
            places.append(mine("POST", f"/api/favorite/groups/{groups[n % 5]}/favorites", place)["placeId"])
            self.ask("POST", f"/api/posts/{posts[n]}/comments", {"content": "와"}, other.access)
        for group in groups[:5]:
            favorites += [row["id"] for row in mine("GET", f"/api/favorite/{group}/items")]
        for post in foreign:
            comments += [row["id"] for row in mine("GET", f"/api/posts/{post}/comments?size=2")["content"]]
        near = self.ask("GET", "/api/map/place?minLat=35&maxLat=38&minLng=126&maxLng=129")
        places += [place["placeId"] for place in near["placeInfos"]]
        people = [other.id, member.id, *range(1, amount)]
        for person in people[:5]:
            shown = requests.get(f"{self.url}/api/group/user/{person}/group", timeout=30)
            groups += [group["groupId"] for group in shown.json()["data"]] if shown.ok else []
        return {
            "posts": posts + foreign,
            "comments": comments,
            "members": people,
            "groups": groups,
            "favorites": favorites + list(range(1, 6)),
            "places": places,
            "notifications": [row["id"] for row in mine("GET", "/api/notifications")],
            "keywords": ["자취", "전세 보증금", "ㅈㅊ"],
            "callers": [member.id],
            "passwords": [PASSWORD],
            "new_passwords": ["Zaro-2027!"],
        }
