"""What pages about notices and mails show."""

from app.notifications.present.notices import announcing_view, notice_view, notices_view
from app.notifications.present.nudging import AskedNudge, nudge_view

__all__ = ["AskedNudge", "announcing_view", "notice_view", "notices_view", "nudge_view"]
