"""What schemathesis asks while it runs: who calls, which findings are known. It counts the answers on the way."""

import atexit
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import schemathesis
from community import Community
from exceptions import EXCEPTIONS

RUN = json.loads(os.environ["ZARO_FUZZ_RUN"])
# Acts after which the caller's session or password is not what it was. Were they the one caller's, the rest of the run
# would test nothing but 401.
ENDS_SESSION = {"POST /api/auth/signout", "DELETE /api/users/me/sessions/{sessionId}"}
ENDS_MEMBER = {"DELETE /api/users/me", "PATCH /api/users/me/password"}

answers = defaultdict(Counter)
used = Counter()


def save():
    """Leaves what was counted for main.py."""
    tally = {"answers": {label: dict(counts) for label, counts in answers.items()}, "used": dict(used)}
    Path(RUN["tally"]).write_text(json.dumps(tally))


atexit.register(save)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Takes the limit of 65,535 characters off the text of a post.

    Hypothesis would spend a tenth of a second on each such body, and hardly test these two operations. Our own tests
    look at the limit.
    """
    for name in ("PostCreateRequest", "PostUpdateRequest"):
        del raw_schema["components"]["schemas"][name]["properties"]["content"]["maxLength"]


@schemathesis.hook
def after_call(context, case, response):
    """Counts the answer, and replaces a caller that has just lost their session."""
    label = case.operation.label
    answers[label][str(response.status_code)] += 1
    if RUN["member"] and 200 <= response.status_code < 300:
        CALLERS.after(label)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Lets known findings pass and counts which exception was needed."""
    for number, known in enumerate(EXCEPTIONS):
        if known.covers(failure, case, response):
            used[number] += 1
            return False
    return True


class Callers:
    """The member who calls, and one to spare for calls that cost the account."""

    def __init__(self):
        self.community = Community(RUN["url"], Path(RUN["outbox"]), "spare")
        self.member = None
        self.spare = None

    def token(self, label: str) -> str:
        """The token that belongs to a call."""
        if label in ENDS_MEMBER:
            self.spare = self.spare or self.community.join()
            return self.spare.access
        self.member = self.member or self.community.sign_in(RUN["member"])
        return self.member.refresh if label == "POST /api/auth/refresh" else self.member.access

    def after(self, label: str):
        """What a successful call leaves behind."""
        if label in ENDS_SESSION:
            self.member = None
        if label in ENDS_MEMBER:
            self.spare = None


if RUN["member"]:
    CALLERS = Callers()

    # Asked anew for each request: the tokens change under way.
    @schemathesis.auth(refresh_interval=None)
    class Signed:
        """Puts the token of the caller into a request."""

        def get(self, case, context):
            return CALLERS.token(case.operation.label)

        def set(self, case, token, context):
            case.headers["Authorization"] = f"Bearer {token}"
