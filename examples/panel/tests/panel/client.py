"""The panel, driven by a client that was generated from its own document.

    python client.py FOLDER < given.json

FOLDER holds the package `panel_client`; what is given says where the panel is and which accounts there are. Whatever is not as the
document says ends it with a line that says what.
"""

import io
import json
import sys
import time
from http import HTTPStatus

sys.path.insert(0, sys.argv[1])

from panel_client import AuthenticatedClient, Client
from panel_client.api.import_ import import_table
from panel_client.api.migrations import (
    add_migration,
    ask_migration,
    erase_migration,
    give_passwords,
    list_migrations,
    show_migration,
    show_report,
)
from panel_client.api.projects import (
    change_options,
    erase_project,
    log_in,
    log_out,
    make_project,
    pause_project,
    show_options,
    show_project,
    start_project,
)
from panel_client.api.undo import preview_undo, undo_migration
from panel_client.models import Account, Invalid, LogIn, NewMigration, NewProject, Passwords, Since, Trouble
from panel_client.types import File

# A migration of a few messages that is not there by then does not come there.
PATIENCE = 60

given = json.load(sys.stdin)


def expect(answer, status):
    """What came back, if it came with this status."""
    if answer.status_code != status:
        sys.exit(f"{answer.status_code} and not {status}: {answer.content!r}")
    return answer.parsed


def wait(client, number, state):
    """Asks until the migration is in this state."""
    begin = time.monotonic()
    while True:
        view = expect(show_migration.sync_detailed(number, client=client), HTTPStatus.OK)
        if view.state == state:
            return view
        if time.monotonic() - begin > PATIENCE:
            sys.exit(f"migration {number} is {view.state} and not {state}: {view.remark}")
        time.sleep(0.05)


def account(kind, login, password):
    return Account(type_=kind, login=login, password=password)


def migration(password):
    return NewMigration(
        source=account("preset-0", given["old"], password),
        destination=account("preset-1", given["new"], given["secret"]),
    )


# A project, and its token.
outside = Client(base_url=given["base"])
new = NewProject(name="Generated", contact="host@example.org", password="short")
wrong = expect(make_project.sync_detailed(client=outside, body=new), HTTPStatus.UNPROCESSABLE_ENTITY)
assert isinstance(wrong, Invalid) and wrong.fields[0].field == "password", wrong
new.password = "long enough it is"
made = expect(make_project.sync_detailed(client=outside, body=new), HTTPStatus.CREATED)
refused = LogIn(number=made.number, password="another one")
told = expect(log_in.sync_detailed(client=outside, body=refused), HTTPStatus.UNAUTHORIZED)
assert isinstance(told, Trouble) and told.error == "logged-out", told
session = expect(
    log_in.sync_detailed(client=outside, body=LogIn(number=made.number, password="long enough it is")), HTTPStatus.CREATED
)
stranger = AuthenticatedClient(base_url=given["base"], token="nonsense")
told = expect(show_project.sync_detailed(client=stranger), HTTPStatus.UNAUTHORIZED)
assert isinstance(told, Trouble), told
inside = AuthenticatedClient(base_url=given["base"], token=session.token)

# Passwords are kept, so that more can be asked of a migration that is done.
options = expect(show_options.sync_detailed(client=inside), HTTPStatus.OK)
options.keep_passwords = True
changed = expect(change_options.sync_detailed(client=inside, body=options), HTTPStatus.OK)
assert changed.keep_passwords and changed.revision > options.revision, changed
told = expect(change_options.sync_detailed(client=inside, body=options), HTTPStatus.CONFLICT)
assert told.error == "too-late", told

# A migration: refused with a wrong password, then added.
told = expect(add_migration.sync_detailed(client=inside, body=migration("wrong")), HTTPStatus.UNPROCESSABLE_ENTITY)
assert [field.field for field in told.fields] == ["source-password"], told
number = expect(add_migration.sync_detailed(client=inside, body=migration(given["secret"])), HTTPStatus.CREATED).number
page = expect(list_migrations.sync_detailed(client=inside, state="not-started", limit=10), HTTPStatus.OK)
assert [one.number for one in page.migrations] == [number] and page.next_ is None, page

# A table, of which nothing is taken.
table = File(payload=io.BytesIO(b"no;table"), file_name="table.csv", mime_type="application/octet-stream")
told = expect(import_table.sync_detailed(client=inside, body=table), HTTPStatus.UNPROCESSABLE_ENTITY)
assert not told.taken and "header" in told.troubles[0].message, told

# Paused, resumed, and begun with its project.
expect(ask_migration.sync_detailed(number, "pause", client=inside), HTTPStatus.NO_CONTENT)
view = wait(inside, number, "paused")
assert "resume" in view.may, view
expect(ask_migration.sync_detailed(number, "resume", client=inside), HTTPStatus.NO_CONTENT)
expect(start_project.sync_detailed(client=inside), HTTPStatus.NO_CONTENT)
view = wait(inside, number, "done")
assert view.there == view.found == given["messages"] and view.failed == 0, view
project = expect(show_project.sync_detailed(client=inside), HTTPStatus.OK)
assert project.states["done"] == 1 and not project.held, project

# The report is the SDK's own: whatever it holds comes through.
report = expect(show_report.sync_detailed(number, client=inside), HTTPStatus.OK)
assert report["complete"] is True and report["totals"]["copied"] == given["messages"], report

# Taken back after a preview, and brought anew.
preview = expect(preview_undo.sync_detailed(number, client=inside, from_=1), HTTPStatus.OK)
assert preview["deleted"] == given["messages"], preview
expect(undo_migration.sync_detailed(number, client=inside, body=Since(from_=1)), HTTPStatus.NO_CONTENT)
wait(inside, number, "stopped")
both = Passwords(source=given["secret"], destination=given["secret"])
expect(give_passwords.sync_detailed(number, client=inside, body=both), HTTPStatus.NO_CONTENT)
expect(ask_migration.sync_detailed(number, "sync", client=inside), HTTPStatus.NO_CONTENT)
wait(inside, number, "done")
told = expect(ask_migration.sync_detailed(number, "resume", client=inside), HTTPStatus.CONFLICT)
assert told.error == "too-late", told

# The end.
expect(pause_project.sync_detailed(client=inside), HTTPStatus.NO_CONTENT)
expect(erase_migration.sync_detailed(number, client=inside), HTTPStatus.NO_CONTENT)
told = expect(show_migration.sync_detailed(number, client=inside), HTTPStatus.NOT_FOUND)
assert told.error == "missing", told
expect(log_out.sync_detailed(client=inside), HTTPStatus.NO_CONTENT)
expect(show_project.sync_detailed(client=inside), HTTPStatus.UNAUTHORIZED)
again = AuthenticatedClient(base_url=given["base"], token=made.token)
expect(erase_project.sync_detailed(client=again), HTTPStatus.NO_CONTENT)
expect(show_project.sync_detailed(client=again), HTTPStatus.UNAUTHORIZED)
print("done")
