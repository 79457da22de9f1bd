"""The sessions of the two sites (Django's ``SESSION_ENGINE``): one table, each readable by its site only.

Django signs what a session holds with the name of the class that keeps it. Two classes therefore cannot read
each other's sessions, whatever cookie a browser sends them in.
"""

from django.contrib.sessions.backends import db

from kundenportal.identity.areas import Area


class SessionStore(db.SessionStore):
    """Keeps the sessions of customers and visitors."""

    def decode(self, session_data: bytes | str) -> dict[str, object]:
        """Return what a session holds; one that is not this site's holds nothing and stays as it is."""
        data: dict[str, object] = super().decode(session_data)
        if not data:
            self._session_key = None
        return data


class StaffSessionStore(SessionStore):
    """Keeps the sessions of people who work here."""

    def get_session_cookie_age(self) -> int:
        """Return for how many seconds a session is kept."""
        return Area.STAFF.max_hours * 3600
